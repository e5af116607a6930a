import { describe, expect, test } from "vitest";
import { digestOf } from "../../lambda/authorizer/adapters/digest.ts";
import { createAuthorizer } from "../../lambda/authorizer/create-authorizer.ts";
import {
  MAX_KEPT_DECISIONS,
  createKeptDecisions,
} from "../../lambda/authorizer/kept-decisions.ts";
import { ATTACK_GROUPS } from "../attacks/corpus.ts";
import { claimsWith, accessToken, baselineEvent } from "../attacks/baseline.ts";
import { tryAttack, type Trial } from "../attacks/judge.ts";
import { manualClock, unusedPort } from "../support/fakes.ts";
import { CLIENT_ID, ISSUER, SUBJECT } from "../support/tokens.ts";
import { capturingOutput, visible } from "./observe.ts";
import { findSecrets, secretsOf } from "./secrets.ts";

describe("the search", () => {
  const secrets = secretsOf(`Bearer ${accessToken()}`);
  const [header = "", payload = "", signature = ""] = accessToken().split(".");

  test.each([
    ["a piece of the token's header", header.slice(3, 20)],
    ["a piece of its payload", payload.slice(50, 63)],
    ["a piece of its signature", signature.slice(-12)],
    ["a claim", CLIENT_ID],
    ["a claim among other text", `no tenant for "${SUBJECT}"`],
    ["a nested claim", `${ISSUER}userinfo`],
    ["a time", String(claimsWith()["exp"])],
    ["a piece of a claim", "auth0|5f7c8ec7"],
  ])("finds %s", (_what, text) => {
    expect(
      findSecrets(`{"level":"INFO","text":"${text}"}`, secrets),
    ).not.toEqual([]);
  });

  test("does not find what only looks alike", () => {
    const line =
      '{"outcome":"allow","tenantId":"acme","requestId":"request-1","durationMs":1}';
    expect(findSecrets(line, secrets)).toEqual([]);
  });

  test("sees what is printed, however it is printed", async () => {
    const { printed } = await capturingOutput(async () => {
      console.info({ deep: { deeper: { deepest: [{ canary: "one" }] } } });
      process.stdout.write("canary two\n");
      process.stderr.write(Buffer.from("canary three\n"));
      console.error(
        new Error("canary four", { cause: new Error("canary five") }),
      );
      await Promise.resolve();
    });
    for (const word of ["one", "two", "three", "four", "five"]) {
      expect(printed).toContain(word);
    }
  });
});

/** Claims that the backend is told, and so are in what the authorizer returns. */
const TOLD = ["sub", "azp", "client_id", "scope", "org_id"] as const;

/** Where a token's secrets turn up in an attack's trial although they should not. */
function leaksOf(
  { event, answer, log }: Trial,
  printed: string,
): readonly string[] {
  const authorization = event["authorizationToken"];
  const secrets = secretsOf(authorization);
  // Of the log the values: the names are our own, and an attack may well use one.
  const unseen = [
    ...log.map((entry) => visible(Object.values(entry))),
    printed,
  ];
  if (answer.kind === "thrown") unseen.push(visible(answer.error));
  const leaks = unseen.flatMap((text) => findSecrets(text, secrets));
  if (answer.kind === "result") {
    // What the backend is told stands in the result on purpose, and nothing else may.
    const told = toldBy(authorization);
    const result = told.reduce(
      (text, value) => text.replaceAll(JSON.stringify(value), '""'),
      JSON.stringify(answer.result),
    );
    const isUntold = (text: string): boolean => !told.includes(text);
    leaks.push(
      ...findSecrets(result, {
        texts: secrets.texts.filter(isUntold),
        values: secrets.values.filter(isUntold),
      }),
    );
  }
  return leaks;
}

function toldBy(authorization: unknown): readonly string[] {
  const [, payload = ""] = String(authorization).split(".");
  const claims = JSON.parse(
    Buffer.from(payload, "base64url").toString(),
  ) as Record<string, unknown>;
  return TOLD.map((name) => claims[name]).filter(
    (value): value is string => typeof value === "string" && value !== "",
  );
}

describe.each(ATTACK_GROUPS)("of the attacks in $name", ({ attacks }) => {
  test("nothing of a token is logged, printed or thrown", async () => {
    const leaks: string[] = [];
    for (const attack of attacks) {
      const { value, printed } = await capturingOutput(() => tryAttack(attack));
      const found = leaksOf(value, printed);
      if (found.length > 0) leaks.push(`${attack.name}: ${found.join(", ")}`);
    }
    expect(leaks).toEqual([]);
  });
});

function exchanged(secret: string): Error {
  const error = new Error(`a\n    at ${secret} (file.ts:1:1)`);
  // Written down at the first look.
  const { stack } = error;
  return Object.assign(error, { stack, message: "exchanged!" });
}

/** Faults of ours or a library's, which quote what they choked on. */
const FAULTS: readonly (readonly [string, (secret: string) => unknown])[] = [
  ["an error's message", (secret) => new Error(`cannot read ${secret}`)],
  [
    "a message of many lines",
    (secret) => new Error(`a\n${secret}\n    at ${secret}\nb`),
  ],
  [
    "a message that looks like a stack",
    (secret) => new Error(`a\n    at ${secret} (file.ts:1:1)`),
  ],
  ["a message that was exchanged later", exchanged],
  ["a cause", (secret) => new Error("a", { cause: new Error(secret) })],
  ["a member", (secret) => Object.assign(new Error("a"), { rawJwt: secret })],
  ["a name", (secret) => Object.assign(new Error("a"), { name: secret })],
  [
    "a stack of its own",
    (secret) =>
      Object.assign(new Error("a"), {
        stack: `Error: a ${secret}\n    at ${secret}`,
      }),
  ],
  ["many errors", (secret) => new AggregateError([new Error(secret)], secret)],
  ["text that is thrown", (secret) => secret],
  ["an object that is thrown", (secret) => ({ token: secret })],
];

describe("an internal error", () => {
  const token = accessToken();

  test.each(FAULTS)("does not tell the token by %s", async (_what, fault) => {
    const log: unknown[] = [];
    const authorizer = createAuthorizer(
      {
        verifyAccessToken: () => {
          // A library may throw anything.
          throw fault(token);
        },
        findTenant: unusedPort("findTenant"),
        now: manualClock().now,
        keptDecisions: createKeptDecisions(digestOf, MAX_KEPT_DECISIONS),
        logDecision: (entry) => log.push(entry),
      },
      {
        issuers: new Set([ISSUER]),
        tenantClaim: "azp",
        clockToleranceSeconds: 5,
        maxTokenLifetimeSeconds: 2_592_000,
        policyTimeCondition: true,
      },
    );
    const event = baselineEvent({ authorizationToken: `Bearer ${token}` });
    const { value: thrown, printed } = await capturingOutput(() =>
      authorizer(event, { awsRequestId: "request-1" }).then(
        () => "a policy",
        (error: unknown) => error,
      ),
    );
    expect(visible(thrown)).toContain("could not tell: internal_error");
    const secrets = secretsOf(`Bearer ${token}`);
    for (const text of [visible(log), visible(thrown), printed]) {
      expect(findSecrets(text, secrets)).toEqual([]);
    }
  });
});
