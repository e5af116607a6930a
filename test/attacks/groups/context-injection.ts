/** What reaches the backend, the access log and the 403 beside the decision. */
import { RESERVED_CONTEXT_KEYS } from "../../../lambda/core/tenant-record.ts";
import { CLIENT_ID, SUBJECT } from "../../support/tokens.ts";
import {
  type Attack,
  allowed,
  allowedWith,
  control,
  couldNotTell,
  refused,
  withToken,
} from "../attack.ts";
import { ORG_ID, accessToken, claiming } from "../baseline.ts";

/** The baseline's whole context. */
const CONTEXT = {
  tenantId: "acme",
  clientId: CLIENT_ID,
  subject: SUBJECT,
  denyReason: "route_not_granted",
  scope: "openid profile",
};

const withContext = (entries: object) => ({
  deployment: { record: { context: { M: entries } } },
});

/** Each in a subject, where a header or a log line might take it for more. */
const SUBJECT_INJECTIONS: readonly (readonly [string, string])[] = [
  ["a line break and a header", "auth0|1\r\nX-Tenant-Id: globex"],
  ["a newline alone", "auth0|1\nX"],
  ["a carriage return alone", "auth0|1\rX"],
  ["a NUL", "auth0|1\u0000X"],
  ["a vertical tab", "auth0|1\u000bX"],
  ["a line separator", "auth0|1\u2028X"],
  ["a next line", "auth0|1\u0085X"],
  ["a letter outside ASCII", "auth0|ñ"],
  ["a backspace", "auth0|admin\b\b"],
];

/** Printable, so they are handed on as they are: nobody may evaluate them. */
const PRINTABLE_SUBJECTS: readonly string[] = [
  'auth0|"},"tenantId":"globex',
  "auth0|$context.authorizer.tenantId",
  "auth0|$input.params('x')",
  "auth0|#set($tenantId = 'globex')",
  "auth0|${aws:username}",
  "auth0|<script>alert(1)</script>",
  "auth0|'; DROP TABLE tenants; --",
  "auth0|{{7*7}}",
  "auth0|%0d%0aX-Tenant-Id: globex",
  "auth0|, globex",
  String.raw`auth0|\u000d\u000aX`,
];

/** Claims that bear the names of what the authorizer says itself. */
const USURPERS: readonly string[] = [
  "tenantId",
  "tenant_id",
  "clientId",
  "subject",
  "denyReason",
  "organizationId",
  "plan",
  "principalId",
  "policyDocument",
  "context",
  "usageIdentifierKey",
  "routes",
  "status",
];

const tokenAttacks: readonly Attack[] = [
  ...SUBJECT_INJECTIONS.map(([what, sub]) =>
    withToken(
      `refuses a subject with ${what}`,
      claiming({ sub }),
      refused("subject_malformed"),
    ),
  ),
  ...PRINTABLE_SUBJECTS.map((sub) =>
    withToken(
      `hands the subject ${JSON.stringify(sub)} on as text`,
      claiming({ sub }),
      allowedWith({ context: { ...CONTEXT, subject: sub } }),
    ),
  ),
  ...USURPERS.map((claim) =>
    withToken(
      `does not let the claim ${claim} into the context`,
      claiming({ [claim]: "globex" }),
      allowedWith({ context: CONTEXT }),
    ),
  ),
  withToken(
    "does not let a claim inside __proto__ into the context",
    claiming({ ["__proto__"]: { tenantId: "globex", plan: "gold" } }),
    allowedWith({ context: CONTEXT }),
  ),
  withToken(
    "refuses a scope with a header behind it",
    claiming({ scope: "openid\r\nX-Tenant-Id: globex" }),
    refused("claim_malformed"),
  ),
  withToken(
    "refuses a scope that closes a JSON string",
    claiming({ scope: 'openid","tenantId":"globex' }),
    refused("claim_malformed"),
  ),
  withToken(
    "refuses an organization with a header behind it",
    claiming({ org_id: `${ORG_ID}\r\nX-Tenant-Id: globex` }),
    refused("claim_malformed"),
  ),
  withToken(
    "refuses an application with a header behind it",
    claiming({ azp: `${CLIENT_ID}\r\nX-Tenant-Id: globex` }),
    refused("tenant_claim_malformed"),
  ),
  withToken(
    "leaves an empty scope out, because an empty value may let the client's header through",
    claiming({ scope: "" }),
    allowedWith({
      context: {
        tenantId: "acme",
        clientId: CLIENT_ID,
        subject: SUBJECT,
        denyReason: "route_not_granted",
      },
    }),
  ),
];

const BAD_ENTRIES: readonly (readonly [string, unknown])[] = [
  ["region", { S: "eu\r\nX-Tenant-Id: globex" }],
  ["region", { S: "eu\n" }],
  ["region", { S: "eu\t1" }],
  ["region", { S: "eu\u0000" }],
  ["region", { S: "\u202eeu" }],
  ["region", { S: "Zürich" }],
  ["region", { S: "🇪🇺" }],
  ["region", { L: [{ S: "eu" }] }],
  ["region", { M: { name: { S: "eu" } } }],
  ["region", { SS: ["eu"] }],
  ["region", { NULL: true }],
  ["region", { B: "ZXU=" }],
  ["region", {}],
  ["region", "eu"],
  ["seats", { N: "9007199254740993" }],
  ["seats", { N: "1e400" }],
  ["seats", { N: "NaN" }],
  ["seats", { N: 12 }],
  ["__proto__", { S: "x" }],
  ["", { S: "x" }],
  ["x-y", { S: "x" }],
  ["x.y", { S: "x" }],
  ["1x", { S: "x" }],
  ["$x", { S: "x" }],
  ["x y", { S: "x" }],
  ["é", { S: "x" }],
  ["x".repeat(65), { S: "x" }],
];

const recordAttacks: readonly Attack[] = [
  ...BAD_ENTRIES.map(([key, value]) =>
    withToken(
      `does not understand the context entry ${JSON.stringify({ [key.slice(0, 10)]: value })}`,
      () => accessToken(),
      couldNotTell(
        "record_broken",
        `context.${key.replaceAll(/[^ -~]/g, "?")}`,
      ),
      withContext({ [key]: value }),
    ),
  ),
  ...[...RESERVED_CONTEXT_KEYS].map((key) =>
    withToken(
      `does not let a record say ${key} in the authorizer's place`,
      () => accessToken(),
      couldNotTell("record_broken", `context.${key}`),
      withContext({ [key]: { S: "globex" } }),
    ),
  ),
  ...[{ S: "{}" }, { L: [] }, { SS: ["x"] }, { NULL: true }, { M: [] }].map(
    (context) =>
      withToken(
        `does not understand the context ${JSON.stringify(context)}`,
        () => accessToken(),
        couldNotTell("record_broken", "context"),
        { deployment: { record: { context } } },
      ),
  ),
];

export const contextInjection: readonly Attack[] = [
  control(
    withToken(
      "says tenant, application, subject and scope, and what a 403 would show",
      () => accessToken(),
      allowedWith({ context: CONTEXT }),
    ),
  ),
  control(
    withToken(
      "says organization and plan where they are",
      claiming({ org_id: ORG_ID }),
      allowedWith({
        context: { ...CONTEXT, organizationId: ORG_ID, plan: "gold" },
      }),
      { deployment: { record: { plan: { S: "gold" } } } },
    ),
  ),
  control(
    withToken(
      "hands a record's own scalars on, names of all objects' members among them",
      () => accessToken(),
      allowedWith({
        context: {
          ...CONTEXT,
          region: "eu",
          seats: 12,
          trial: false,
          constructor: "x",
          toString: "y",
        },
      }),
      withContext({
        region: { S: "eu" },
        seats: { N: "12" },
        trial: { BOOL: false },
        constructor: { S: "x" },
        toString: { S: "y" },
      }),
    ),
  ),
  control(
    withToken(
      "takes a token whose issuer adds claims of its own",
      claiming({ sid: "s-1", amr: ["mfa"] }),
      allowed,
    ),
  ),
  ...tokenAttacks,
  ...recordAttacks,
];
