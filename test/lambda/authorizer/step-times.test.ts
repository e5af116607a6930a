import { beforeEach, describe, expect, test } from "vitest";
import {
  manualClock,
  type ManualClock,
  unusedPort,
} from "../../support/fakes.ts";
import type { AuthorizeDependencies } from "../../../lambda/core/authorize.ts";
import {
  stepsOfKnown,
  timeSteps,
} from "../../../lambda/authorizer/step-times.ts";

type Ports = AuthorizeDependencies;
type Token = Parameters<Ports["verifyAccessToken"]>[0];

const TOKEN = {} as Token;
const LOOKUP = { tenant: undefined, recordAgeSeconds: 0 };

let clock: ManualClock;
beforeEach(() => {
  clock = manualClock();
});

const advanceMs = (ms: number): void => clock.advance(ms / 1_000);

function time(ports: Partial<Ports> = {}) {
  return timeSteps(
    {
      verifyAccessToken: () => {
        advanceMs(2);
        return Promise.resolve({
          ok: true,
          value: { claims: {}, keySetAgeSeconds: 0 },
        });
      },
      findTenant: () => {
        advanceMs(4);
        return Promise.resolve(LOOKUP);
      },
      ...ports,
    },
    clock.now,
    clock.now(),
  );
}

test("each step has its own time", async () => {
  const { ports, finish } = time();
  advanceMs(1);
  await ports.verifyAccessToken(TOKEN);
  advanceMs(3);
  expect(await ports.findTenant("key", "issuer")).toBe(LOOKUP);
  advanceMs(5);
  expect(finish()).toStrictEqual({
    token: 1,
    signature: 2,
    claims: 3,
    record: 4,
    policy: 5,
  });
});

test("the first step began when the invocation did", () => {
  const beganAtMs = clock.now();
  advanceMs(1);
  const ports = {
    verifyAccessToken: unusedPort("verifyAccessToken"),
    findTenant: unusedPort("findTenant"),
  };
  expect(timeSteps(ports, clock.now, beganAtMs).finish()).toEqual({ token: 1 });
});

test("of a decision that was known, the first step took all the time", () => {
  expect(stepsOfKnown(0.01234)).toEqual({
    token: 0.012,
    signature: 0,
    claims: 0,
    record: 0,
    policy: 0,
  });
});

test("times are cut to microseconds", () => {
  const { finish } = time();
  advanceMs(1.23456);
  expect(finish()).toStrictEqual({ token: 1.235 });
});

describe("the last step is", () => {
  test("token, when nothing was asked", () => {
    expect(time().finish()).toEqual({ token: 0 });
  });

  test("signature, when the token was refused there", async () => {
    const { ports, finish } = time({
      verifyAccessToken: () =>
        Promise.resolve({ ok: false, reason: "signature_invalid" }),
    });
    await ports.verifyAccessToken(TOKEN);
    expect(finish()).toStrictEqual({ token: 0, signature: 0 });
  });

  test("signature, when there were no keys", async () => {
    const { ports, finish } = time({
      verifyAccessToken: () => Promise.reject(new Error("down")),
    });
    await expect(ports.verifyAccessToken(TOKEN)).rejects.toThrow("down");
    expect(finish()).toStrictEqual({ token: 0, signature: 0 });
  });

  test("claims, when no record was asked for", async () => {
    const { ports, finish } = time();
    await ports.verifyAccessToken(TOKEN);
    advanceMs(1);
    expect(finish()).toStrictEqual({ token: 0, signature: 2, claims: 1 });
  });

  test("record, when the table was down", async () => {
    const { ports, finish } = time({
      findTenant: () => Promise.reject(new Error("down")),
    });
    await ports.verifyAccessToken(TOKEN);
    await expect(ports.findTenant("key", "issuer")).rejects.toThrow("down");
    expect(finish()).toStrictEqual({
      token: 0,
      signature: 2,
      claims: 0,
      record: 0,
    });
  });
});
