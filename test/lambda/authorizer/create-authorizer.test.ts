import { beforeEach, describe, expect, test } from "vitest";
import {
  type AuthorizerDependencies,
  type AuthorizerResult,
  type DecisionLogEntry,
  createAuthorizer,
} from "../../../lambda/authorizer/create-authorizer.ts";
import { createKeptDecisions } from "../../../lambda/authorizer/kept-decisions.ts";
import type { AuthorizeRules } from "../../../lambda/core/authorize.ts";
import { CouldNotTellError } from "../../../lambda/core/could-not-tell.ts";
import { buildDenyPolicy } from "../../../lambda/core/policy.ts";
import { refused } from "../../../lambda/core/result.ts";
import { methodArn, tokenEvent } from "../../support/events.ts";
import {
  type ManualClock,
  manualClock,
  unusedPort,
} from "../../support/fakes.ts";
import { evaluatePolicy } from "../../support/policy-oracle.ts";
import { tenantOf } from "../../support/records.ts";
import {
  CLIENT_ID,
  ISSUER,
  NOW,
  SUBJECT,
  accessTokenClaims,
  signAccessToken,
} from "../../support/tokens.ts";

const RULES: AuthorizeRules = {
  issuers: new Set([ISSUER]),
  tenantClaim: "azp",
  clockToleranceSeconds: 5,
  maxTokenLifetimeSeconds: 86_400,
  policyTimeCondition: true,
};
const STAGE = {
  partition: "aws",
  region: "eu-central-1",
  account: "123456789012",
  apiId: "abcdef1234",
  stage: "prod",
};
const INVOCATION = { awsRequestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef" };

let clock: ManualClock;
let log: DecisionLogEntry[];

beforeEach(() => {
  clock = manualClock();
  log = [];
});

/** Asks an authorizer whose ports say yes to everything, but for the changes. */
function ask(
  event: unknown = tokenEvent(),
  ports: Partial<AuthorizerDependencies> = {},
): Promise<AuthorizerResult> {
  const authorizer = createAuthorizer(
    {
      verifyAccessToken: () => {
        clock.advance(0.0123);
        return Promise.resolve({
          ok: true,
          value: { claims: accessTokenClaims(), keySetAgeSeconds: 12.9 },
        });
      },
      findTenant: () =>
        Promise.resolve({ tenant: tenantOf(), recordAgeSeconds: 3.9 }),
      now: clock.now,
      logDecision: (entry) => log.push(entry),
      keptDecisions: createKeptDecisions((text) => text, 10),
      ...ports,
    },
    RULES,
  );
  return authorizer(event, INVOCATION);
}

/** What was thrown. */
const thrownBy = async (asking: Promise<unknown>): Promise<unknown> =>
  await asking.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("an allow", () => {
  test("resolves with principal, policy and context, and nothing else", async () => {
    const result = await ask();
    expect(result).toEqual({
      principalId: SUBJECT,
      policyDocument: expect.objectContaining({
        Version: "2012-10-17",
      }) as unknown,
      context: {
        tenantId: "acme",
        clientId: CLIENT_ID,
        subject: SUBJECT,
        denyReason: "route_not_granted",
        scope: "openid profile",
      },
    });
    expect(
      evaluatePolicy(result.policyDocument, { arn: methodArn(), at: NOW }),
    ).toBe("allow");
  });

  test("is logged with the tenant and the ages in whole seconds", async () => {
    await ask();
    expect(log).toEqual([
      {
        outcome: "allow",
        tenantId: "acme",
        policyBytes: 1162,
        keySetAgeSeconds: 12,
        recordAgeSeconds: 3,
        apiId: "abcdef1234",
        stage: "prod",
        requestId: INVOCATION.awsRequestId,
        stepsMs: { token: 0, signature: 12.3, claims: 0, record: 0, policy: 0 },
        durationMs: 12,
      },
    ]);
  });

  test("does not depend on the method and path that happened to come first", async () => {
    const event = tokenEvent();
    const arns = [
      methodArn("GET", "/"),
      methodArn("DELETE", "/globex/x"),
      methodArn("GET", "/*"),
      methodArn("GET", "/acme/../globex"),
    ];
    const results = await Promise.all(
      arns.map((arn) => ask({ ...event, methodArn: arn })),
    );
    const expected = await ask(event);
    for (const result of results) expect(result).toEqual(expected);
  });

  test("can be written as JSON and read back unchanged", async () => {
    const result = await ask();
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });
});

describe("the key that counts the request", () => {
  const chooseUsageKey: AuthorizerDependencies["chooseUsageKey"] = (
    { kind },
    { apiId, stage },
  ) => `${kind} ${apiId} ${stage}`;

  test("is told when plans are deployed, by decision and stage", async () => {
    const allowed = await ask(undefined, { chooseUsageKey });
    expect(allowed.usageIdentifierKey).toBe("allow abcdef1234 prod");
    const forbidden = await ask(undefined, {
      chooseUsageKey,
      findTenant: () =>
        Promise.resolve({ tenant: undefined, recordAgeSeconds: 0 }),
    });
    expect(forbidden.usageIdentifierKey).toBe("forbid abcdef1234 prod");
  });

  test("is absent without plans", async () => {
    expect(await ask()).not.toHaveProperty("usageIdentifierKey");
  });
});

describe("a forbid", () => {
  test("resolves with a policy that denies the stage, and the reason", async () => {
    const tenant = tenantOf({
      status: { S: "suspended" },
      plan: { S: "gold" },
    });
    expect(
      await ask(undefined, {
        findTenant: () => Promise.resolve({ tenant, recordAgeSeconds: 0 }),
      }),
    ).toEqual({
      principalId: SUBJECT,
      policyDocument: buildDenyPolicy(STAGE),
      context: {
        tenantId: "acme",
        clientId: CLIENT_ID,
        subject: SUBJECT,
        denyReason: "tenant_suspended",
        scope: "openid profile",
        plan: "gold",
      },
    });
    expect(log).toEqual([
      {
        outcome: "forbid",
        reason: "tenant_suspended",
        tenantId: "acme",
        attributes: ["status"],
        keySetAgeSeconds: 12,
        recordAgeSeconds: 0,
        apiId: "abcdef1234",
        stage: "prod",
        requestId: INVOCATION.awsRequestId,
        stepsMs: { token: 0, signature: 12.3, claims: 0, record: 0, policy: 0 },
        durationMs: 12,
      },
    ]);
  });

  test("without a record is logged without a tenant", async () => {
    await ask(undefined, {
      findTenant: () =>
        Promise.resolve({ tenant: undefined, recordAgeSeconds: 0 }),
    });
    expect(log).toEqual([
      {
        outcome: "forbid",
        reason: "tenant_not_found",
        keySetAgeSeconds: 12,
        recordAgeSeconds: 0,
        apiId: "abcdef1234",
        stage: "prod",
        requestId: INVOCATION.awsRequestId,
        stepsMs: { token: 0, signature: 12.3, claims: 0, record: 0, policy: 0 },
        durationMs: 12,
      },
    ]);
  });
});

describe("unauthenticated", () => {
  test("throws exactly Unauthorized, with an empty stack", async () => {
    const error = await thrownBy(
      ask(undefined, {
        verifyAccessToken: () => Promise.resolve(refused("signature_invalid")),
      }),
    );
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: "Error",
      message: "Unauthorized",
      stack: "",
    });
    expect((error as Error).cause).toBeUndefined();
  });

  test("is logged with the reason and nothing of the token", async () => {
    await thrownBy(
      ask(undefined, {
        verifyAccessToken: () => Promise.resolve(refused("signature_invalid")),
      }),
    );
    expect(log).toEqual([
      {
        outcome: "unauthenticated",
        reason: "signature_invalid",
        apiId: "abcdef1234",
        stage: "prod",
        requestId: INVOCATION.awsRequestId,
        stepsMs: { token: 0, signature: 0 },
        durationMs: 0,
      },
    ]);
  });
});

describe("could not tell", () => {
  test.each([
    {
      code: "keys_unavailable",
      ports: {
        verifyAccessToken: () =>
          Promise.reject(new CouldNotTellError("keys_unavailable")),
      },
    },
    {
      code: "table_unavailable",
      ports: {
        findTenant: () =>
          Promise.reject(new CouldNotTellError("table_unavailable")),
      },
    },
  ])(
    "throws another message than Unauthorized, with an empty stack: $code",
    async ({ code, ports }) => {
      const error = await thrownBy(ask(undefined, ports));
      expect(error).toMatchObject({
        message: `could not tell: ${code}`,
        stack: "",
      });
      expect(log).toMatchObject([{ outcome: "could_not_tell", reason: code }]);
      expect(log[0]).not.toHaveProperty("attributes");
      expect(log[0]).not.toHaveProperty("at");
    },
  );

  test("names in the log the attributes of a broken record", async () => {
    const broken = new CouldNotTellError("record_broken", {
      attributes: ["status", "require.org_id"],
    });
    await thrownBy(
      ask(undefined, { findTenant: () => Promise.reject(broken) }),
    );
    expect(log).toEqual([
      {
        outcome: "could_not_tell",
        reason: "record_broken",
        attributes: ["status", "require.org_id"],
        apiId: "abcdef1234",
        stage: "prod",
        requestId: INVOCATION.awsRequestId,
        stepsMs: { token: 0, signature: 12.3, claims: 0, record: 0 },
        durationMs: 12,
      },
    ]);
  });

  test.each([
    { name: "a REQUEST event", event: tokenEvent({ type: "REQUEST" }) },
    { name: "an event without type", event: tokenEvent({ type: undefined }) },
    {
      name: "an event without token",
      event: tokenEvent({ authorizationToken: undefined }),
    },
    {
      name: "a token that is no text",
      event: tokenEvent({ authorizationToken: ["Bearer x"] }),
    },
    {
      name: "an event without ARN",
      event: tokenEvent({ methodArn: undefined }),
    },
    {
      name: "an ARN of another service",
      event: tokenEvent({
        methodArn: "arn:aws:lambda:eu-central-1:123456789012:function:x",
      }),
    },
    {
      name: "an ARN with a star for its stage",
      event: tokenEvent({
        methodArn:
          "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/*/GET/",
      }),
    },
    {
      name: "an event whose members are inherited",
      event: Object.create(tokenEvent()) as object,
    },
    { name: "nothing", event: null },
    { name: "a list", event: [tokenEvent()] },
    { name: "text", event: "event" },
  ])("is all there is to say to $name", async ({ event }) => {
    const ports = {
      verifyAccessToken: unusedPort("verifyAccessToken"),
      findTenant: unusedPort("findTenant"),
    };
    expect(await thrownBy(ask(event, ports))).toMatchObject({
      message: "could not tell: event_malformed",
      stack: "",
    });
    expect(log).toEqual([
      {
        outcome: "could_not_tell",
        reason: "event_malformed",
        requestId: INVOCATION.awsRequestId,
        durationMs: 0,
      },
    ]);
  });
});

/** The error with another message, after its stack has been written down with the first. */
function withMessage(error: Error, message: string): Error {
  expect(error.stack).toContain(error.message);
  error.message = message;
  return error;
}

describe("a fault of ours", () => {
  const SECRET = signAccessToken({ claims: { sub: "secret-subject" } });

  /** The answer and the log to an error that a port throws. */
  async function faultOf(
    error: unknown,
  ): Promise<{ thrown: unknown; entry: DecisionLogEntry | undefined }> {
    const findTenant = (): Promise<never> => {
      // A port may reject with whatever it likes.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      return Promise.reject(error);
    };
    const thrown = await thrownBy(ask(undefined, { findTenant }));
    return { thrown, entry: log[0] };
  }

  test("is could not tell, never Unauthorized, and the log says where", async () => {
    const { thrown, entry } = await faultOf(
      new TypeError("x is not a function"),
    );
    expect(thrown).toMatchObject({
      message: "could not tell: internal_error",
      stack: "",
    });
    expect((thrown as Error).cause).toBeUndefined();
    expect(entry).toMatchObject({
      outcome: "could_not_tell",
      reason: "internal_error",
    });
    expect(entry?.at?.[0]).toMatch(
      /^at .*create-authorizer\.test\.ts:\d+:\d+\)?$/,
    );
  });

  test("that calls itself Unauthorized is one nevertheless", async () => {
    const { thrown } = await faultOf(new Error("Unauthorized"));
    expect(thrown).toMatchObject({ message: "could not tell: internal_error" });
  });

  test.each([
    {
      name: "with the token in its message",
      error: new Error(`bad token ${SECRET}`),
    },
    {
      name: "with the token on a line that looks like a frame",
      error: new Error(`bad\n    at ${SECRET} (file:///x.ts:1:1)`),
    },
    { name: "with the token alone as its message", error: new Error(SECRET) },
    {
      name: "with the token in its cause",
      error: new Error("bad", { cause: new Error(SECRET) }),
    },
    {
      name: "with the token in its name",
      error: Object.assign(new Error("bad"), { name: SECRET }),
    },
    {
      name: "with the token in a member",
      error: Object.assign(new Error("bad"), { token: SECRET }),
    },
    {
      name: "with another message than its stack has",
      error: withMessage(new Error(`bad\n    at ${SECRET}`), "changed"),
    },
    {
      name: "with another message, and a line that looks like a frame in the old one",
      error: withMessage(
        new Error(`bad\n    at ${SECRET} (file:///x.ts:1:1)`),
        "§",
      ),
    },
    {
      name: "with a frame of its own making in its stack",
      error: Object.assign(new Error("bad"), {
        stack: `Error: bad\n${SECRET}    at x (file:///x.ts:1:1)`,
      }),
    },
    {
      name: "with more on a line than a frame",
      error: Object.assign(new Error("bad"), {
        stack: `Error: bad\n    at x (file:///x.ts:1:1) ${SECRET}`,
      }),
    },
    {
      name: "that has lost its message",
      error: withMessage(new Error(`\n    at ${SECRET}`), ""),
    },
    {
      name: "without a stack",
      error: Object.assign(new Error(SECRET), { stack: undefined }),
    },
    { name: "that is the token itself", error: SECRET },
    { name: "that is nothing", error: undefined },
  ])(
    "never puts the token into the log or the answer: an error $name",
    async ({ error }) => {
      const { thrown, entry } = await faultOf(error);
      expect(thrown).toMatchObject({
        message: "could not tell: internal_error",
        stack: "",
      });
      const [, payload = "", signature = ""] = SECRET.split(".");
      for (const part of [payload, signature, "secret-subject"]) {
        expect(JSON.stringify(entry)).not.toContain(part);
      }
    },
  );

  test.each([
    { name: "is no error", error: "down" },
    {
      name: "has another message than its stack",
      error: withMessage(new Error("bad"), "§"),
    },
    {
      name: "has no stack",
      error: Object.assign(new Error("bad"), { stack: undefined }),
    },
  ])("logs no frames of what $name", async ({ error }) => {
    expect((await faultOf(error)).entry?.at).toEqual([]);
  });

  test("logs ten frames at most", async () => {
    const deep = (levels: number): Error =>
      levels === 0 ? new Error("deep") : deep(levels - 1);
    const before = Error.stackTraceLimit;
    Error.stackTraceLimit = 50;
    const error = deep(30);
    Error.stackTraceLimit = before;
    expect((await faultOf(error)).entry?.at).toHaveLength(10);
  });
});

test("no entry of the log holds a value of the token, whatever the outcome", async () => {
  const claims = accessTokenClaims({
    sub: "secret-subject",
    scope: "secret-scope",
    org_id: "secret-org",
    email: "secret@acme.com",
  });
  const event = tokenEvent({
    authorizationToken: `Bearer ${signAccessToken({ claims })}`,
  });
  const verifyAccessToken = (): ReturnType<
    AuthorizerDependencies["verifyAccessToken"]
  > => Promise.resolve({ ok: true, value: { claims, keySetAgeSeconds: 0 } });
  await ask(event, { verifyAccessToken });
  await ask(event, {
    verifyAccessToken,
    findTenant: () =>
      Promise.resolve({ tenant: undefined, recordAgeSeconds: 0 }),
  });
  await thrownBy(
    ask(event, {
      verifyAccessToken: () => Promise.resolve(refused("audience_mismatch")),
    }),
  );
  await thrownBy(
    ask(event, {
      verifyAccessToken,
      findTenant: () => Promise.reject(new Error("secret")),
    }),
  );
  expect(log.map(({ outcome }) => outcome)).toEqual([
    "allow",
    "forbid",
    "unauthenticated",
    "could_not_tell",
  ]);
  expect(JSON.stringify(log)).not.toMatch(/secret|eyJ|AcMeSpa|auth0/);
});

describe("a request that comes again", () => {
  const recheckable = {
    verifyAccessToken: () =>
      Promise.resolve({
        ok: true as const,
        value: {
          claims: accessTokenClaims(),
          keySetAgeSeconds: 12,
          recheck: () => 13.9,
        },
      }),
    findTenant: () =>
      Promise.resolve({
        tenant: tenantOf(),
        recordAgeSeconds: 3,
        recheck: () => 4.9,
      }),
  };
  const unused = {
    verifyAccessToken: unusedPort("verifyAccessToken"),
    findTenant: unusedPort("findTenant"),
  };
  let keptDecisions: AuthorizerDependencies["keptDecisions"];
  beforeEach(() => {
    keptDecisions = createKeptDecisions((text) => text, 10);
  });

  test("is answered the same without asking anybody, and logged with the ages of now", async () => {
    const result = await ask(tokenEvent(), { ...recheckable, keptDecisions });
    log = [];
    const now = (): number => {
      clock.advance(0.0003);
      return clock.now();
    };
    expect(await ask(tokenEvent(), { ...unused, keptDecisions, now })).toBe(
      result,
    );
    expect(log).toEqual([
      {
        outcome: "allow",
        tenantId: "acme",
        policyBytes: 1162,
        keySetAgeSeconds: 13,
        recordAgeSeconds: 4,
        apiId: "abcdef1234",
        stage: "prod",
        stepsMs: { token: 0.3, signature: 0, claims: 0, record: 0, policy: 0 },
        requestId: INVOCATION.awsRequestId,
        durationMs: 1,
      },
    ]);
  });

  test("is judged anew when its decision cannot be looked at again", async () => {
    await ask(tokenEvent(), { keptDecisions });
    await expect(
      ask(tokenEvent(), { ...unused, keptDecisions }),
    ).rejects.toThrow("could not tell: internal_error");
  });

  test("is judged anew when it was forbidden", async () => {
    const tenant = tenantOf({ status: { S: "suspended" } });
    await ask(tokenEvent(), {
      ...recheckable,
      findTenant: async () => ({ ...(await recheckable.findTenant()), tenant }),
      keptDecisions,
    });
    expect(log.pop()).toMatchObject({ reason: "tenant_suspended" });
    await ask(tokenEvent(), { ...recheckable, keptDecisions });
    expect(log.pop()).toMatchObject({ outcome: "allow", recordAgeSeconds: 3 });
  });
});

describe("faults that did not decide", () => {
  test("stand in the line of the decision after them", async () => {
    await ask(tokenEvent(), {
      takeFaults: () => ({ keyFetchFaults: 1, tableFaults: 2 }),
    });
    expect(log).toMatchObject([
      { outcome: "allow", keyFetchFaults: 1, tableFaults: 2 },
    ]);
  });

  test("stand in no line when there were none", async () => {
    await ask(tokenEvent(), { takeFaults: () => ({}) });
    expect(Object.keys(log[0] ?? {})).not.toContain("tableFaults");
  });
});
