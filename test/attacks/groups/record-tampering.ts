/** Records that somebody wrote by hand, by mistake or in bad faith. A record that is not understood opens nothing. */
import { CLIENT_ID, ISSUER, NOW } from "../../support/tokens.ts";
import {
  type Attack,
  allowed,
  allowedWith,
  control,
  couldNotTell,
  forbidden,
  withToken,
} from "../attack.ts";
import { GLOBEX_ISSUER, accessToken } from "../baseline.ts";

import { breaking, brief, withRecord } from "../tampered-record.ts";

const NOT_STRINGS = [
  { N: "1" },
  { BOOL: true },
  { NULL: true },
  { SS: ["x"] },
  { L: [] },
  { M: {} },
  {},
];
const NOT_MAPS = [
  { S: "{}" },
  { N: "1" },
  { L: [] },
  { SS: ["x"] },
  { NULL: true },
  { M: [] },
];

const TENANT_IDS: readonly unknown[] = [
  ...NOT_STRINGS,
  { S: "" },
  { S: "*" },
  { S: "?cme" },
  { S: "acme*" },
  { S: "acme/*" },
  { S: "acme/../globex" },
  { S: ".." },
  { S: "." },
  { S: "-acme" },
  { S: "_acme" },
  { S: "acme/" },
  { S: "/acme" },
  { S: "acme " },
  { S: "acme\n" },
  { S: "acme\u0000" },
  { S: "acmé" },
  { S: "аcme" },
  { S: "acme:globex" },
  { S: "acme%2f" },
  { S: "${aws:username}" },
  { S: "{tenantId}" },
  { S: 'acme","Resource":"*' },
  { S: "x".repeat(65) },
  { S: "acme", N: "1" },
  { s: "acme" },
  "acme",
];

const STATUSES: readonly unknown[] = [
  ...NOT_STRINGS,
  ...[
    "",
    "Active",
    "ACTIVE",
    "active ",
    " active",
    "active\n",
    "enabled",
    "true",
    "1",
    "inactive",
    "suspended ",
    "аctive",
    "deleted",
  ].map((S) => ({ S })),
  { S: ["active"] },
];

const SECONDS: readonly unknown[] = [
  { S: String(NOW) },
  { N: String(NOW * 1_000) },
  { N: "10000000000" },
  { N: "-1" },
  { N: "1.5" },
  { N: "1e9" },
  { N: "01800000000" },
  { N: " 1800000000" },
  { N: "9007199254740993" },
  { N: "123456789012345678901234567890" },
  { N: "NaN" },
  { N: "Infinity" },
  { N: "0x6b49d200" },
  { N: "" },
  { N: NOW },
  { NS: [String(NOW)] },
  { NULL: true },
  {},
];

const REQUIRES: readonly (readonly [unknown, string])[] = [
  ...NOT_MAPS.map((value) => [value, "require"] as const),
  [{ M: {} }, "require"],
  [{ M: { org_id: { SS: [] } } }, "require.org_id"],
  [{ M: { org_id: { L: [] } } }, "require.org_id"],
  [{ M: { org_id: { NULL: true } } }, "require.org_id"],
  [{ M: { org_id: { M: {} } } }, "require.org_id"],
  [{ M: { org_id: { L: [{ S: "a" }, { NULL: true }] } } }, "require.org_id"],
  [{ M: { org_id: { L: [{ L: [{ S: "a" }] }] } } }, "require.org_id"],
  [{ M: { level: { N: "9007199254740993" } } }, "require.level"],
  [{ M: { level: { N: "1e400" } } }, "require.level"],
  [{ M: { verified: { BOOL: "true" } } }, "require.verified"],
  [{ M: { "": { S: "x" } } }, "require."],
];

const TYPOS: readonly string[] = [
  "Status",
  "state",
  "tokensValidafter",
  "TokensValidAfter",
  "tokens_valid_after",
  "notBefore",
  "expiresat",
  "expires",
  "ttl",
  "requires",
  "Require",
  "route",
  "denials",
  "issuers",
  "iss",
  "plan ",
  "tenantid",
  "constructor",
  "toString",
  "",
];

const typoAttacks: readonly Attack[] = [
  ...TYPOS.map((attribute) =>
    withRecord(
      `does not pass over the attribute ${JSON.stringify(attribute)}, which may be a guard's typo`,
      { [attribute]: { N: "9999999999" } },
      couldNotTell("record_broken", attribute),
    ),
  ),
  withRecord(
    "does not pass over the attribute __proto__",
    { ["__proto__"]: { S: "x" } },
    couldNotTell("record_broken", "__proto__"),
  ),
  withRecord(
    "writes an attribute's name into the log printably and cut short",
    { [`${"x".repeat(300)}\n`]: { S: "x" } },
    couldNotTell("record_broken", "x".repeat(256)),
  ),
  withRecord(
    "does not read tenantId from __proto__",
    { tenantId: undefined, ["__proto__"]: { tenantId: { S: "acme" } } },
    couldNotTell("record_broken", "__proto__", "tenantId"),
  ),
];

const keyAttacks: readonly Attack[] = [
  ...breaking("azp", [
    { S: "GlObExSpaClientId00000000000000b" },
    { S: CLIENT_ID.toLowerCase() },
    { S: `${CLIENT_ID} ` },
    { S: "" },
    { N: "1" },
    { SS: [CLIENT_ID] },
    CLIENT_ID,
  ]),
  withRecord(
    "does not do without the key attribute",
    { azp: undefined },
    couldNotTell("record_broken", "azp"),
  ),
  ...["tenantId", "status"].map((attribute) =>
    withRecord(
      `does not do without ${attribute}`,
      { [attribute]: undefined },
      couldNotTell("record_broken", attribute),
    ),
  ),
  ...[null, [], "record", 1].map((item) =>
    withToken(
      `does not understand the item ${JSON.stringify(item)}`,
      () => accessToken(),
      couldNotTell("record_broken", "azp", "tenantId", "status", "routes"),
      { deployment: { record: null, items: { [CLIENT_ID]: item } } },
    ),
  ),
];

const issuerAttacks: readonly Attack[] = [
  ...breaking("issuer", [
    ...NOT_STRINGS,
    { S: "" },
    { S: ISSUER.slice(0, -1) },
    { S: ISSUER.replace("https", "http") },
    { S: `${ISSUER} ` },
    { S: ` ${ISSUER}` },
    { S: `${ISSUER}?x/` },
    { S: `${ISSUER}#/` },
    { S: "*" },
  ]),
  withRecord(
    "does not take another issuer's record for ours because of a missing letter case rule",
    { issuer: { S: ISSUER.toUpperCase().replace("HTTPS", "https") } },
    forbidden("issuer_mismatch"),
  ),
  withRecord(
    "does not do without issuer where several are configured",
    {},
    couldNotTell("record_broken", "issuer"),
    {
      deployment: { env: { AUTH0_ISSUERS: `${ISSUER},${GLOBEX_ISSUER}` } },
    },
  ),
];

const outageAttacks: readonly Attack[] = [
  withToken(
    "does not fall back, in an outage, to what a record said before it was broken",
    () => accessToken(),
    couldNotTell("table_unavailable"),
    {
      before: async (deployment) => {
        const { table, clock, send } = deployment;
        await send();
        if (table === "down") return;
        table.set(CLIENT_ID, {
          ...(table.get(CLIENT_ID) as object),
          status: { S: "Suspended" },
        });
        clock.advance(5);
        await send();
        deployment.table = "down";
        clock.advance(5);
      },
    },
  ),
];

export const recordTampering: readonly Attack[] = [
  control(withRecord("understands the baseline's record", {}, allowed)),
  control(
    withRecord(
      "understands a record with every attribute",
      {
        require: { M: { azp: { S: CLIENT_ID } } },
        issuer: { S: ISSUER },
        tokensValidAfter: { N: "1700000000" },
        expiresAt: { N: "9999999999" },
        plan: { S: "gold" },
        context: {
          M: {
            region: { S: "eu" },
            seats: { N: "12" },
            trial: { BOOL: false },
          },
        },
        meta: { M: { anything: { L: [{ M: {} }] } } },
      },
      allowed,
    ),
  ),
  control(
    withRecord(
      "understands routes in a list",
      { routes: { L: [{ S: "* /acme/*" }] } },
      allowed,
    ),
  ),
  control(
    withRecord(
      "opens the default routes to a record without its own",
      { routes: undefined },
      allowed,
      {
        deployment: {
          record: { routes: undefined },
          env: { DEFAULT_ROUTES: '["* /{tenantId}/*"]' },
        },
      },
    ),
  ),
  control(
    withRecord(
      "opens everything to a record that says so",
      { routes: { SS: ["* /*"] } },
      allowedWith({ opensGlobex: true }),
    ),
  ),
  ...breaking("tenantId", TENANT_IDS),
  ...breaking("status", STATUSES),
  ...breaking("tokensValidAfter", SECONDS),
  ...breaking("expiresAt", SECONDS),
  ...REQUIRES.map(([value, attribute]) =>
    withRecord(
      `does not understand the require ${brief(value)}`,
      { require: value },
      couldNotTell("record_broken", attribute),
    ),
  ),
  ...breaking("plan", [
    ...NOT_STRINGS,
    { S: "" },
    { S: "gold plan" },
    { S: "gold\n" },
    { S: "x".repeat(65) },
    { S: "guld💰" },
  ]),
  ...breaking("meta", NOT_MAPS),
  ...typoAttacks,
  ...keyAttacks,
  ...issuerAttacks,
  ...outageAttacks,
];
