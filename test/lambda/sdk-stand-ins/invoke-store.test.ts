import { InvokeStore as original } from "@aws/lambda-invoke-store";
import { afterEach, expect, test, vi } from "vitest";
import { InvokeStore } from "../../../lambda/sdk-stand-ins/invoke-store.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("is the runtime's store, as the package's own is", async () => {
  const store = { getXRayTraceId: () => "Root=1-5759e988-bd862e3fe1be46a9" };
  vi.stubGlobal("awslambda", { InvokeStore: store });
  expect(await InvokeStore.getInstanceAsync()).toBe(store);
  expect(await original.getInstanceAsync()).toBe(store);
});

test.each([
  { name: "outside of Lambda", awslambda: undefined },
  { name: "in a runtime that brings none", awslambda: {} },
])(
  "is absent $name, and the SDK reads the environment",
  async ({ awslambda }) => {
    vi.stubGlobal("awslambda", awslambda);
    expect(await InvokeStore.getInstanceAsync()).toBeUndefined();
  },
);
