import { expect, test, vi } from "vitest";
import { defaultProvider } from "../../../../lambda/authorizer/adapters/environment-credentials.ts";

/** The environment as Lambda sets it, with one change. */
function stubCredentials(
  change: Record<string, string | undefined> = {},
): void {
  const variables = {
    AWS_ACCESS_KEY_ID: "AKIA",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_SESSION_TOKEN: "session",
    ...change,
  };
  for (const [name, value] of Object.entries(variables))
    vi.stubEnv(name, value);
}

test("hands over what Lambda put into the environment", async () => {
  stubCredentials();
  expect(await defaultProvider()()).toEqual({
    accessKeyId: "AKIA",
    secretAccessKey: "secret",
    sessionToken: "session",
  });
});

test("does without a session token", async () => {
  stubCredentials({ AWS_SESSION_TOKEN: undefined });
  expect(await defaultProvider()()).toEqual({
    accessKeyId: "AKIA",
    secretAccessKey: "secret",
  });
});

test.each(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])(
  "fails without %s, and names no value",
  async (name) => {
    stubCredentials({ [name]: undefined });
    await expect(defaultProvider()()).rejects.toThrow(
      "no AWS credentials in the function's environment",
    );
  },
);
