/** Headers beside the token, or instead of it. */
import { randomBytes } from "node:crypto";
import { describeAnswer } from "../http/answer.ts";
import type { Header } from "../http/exchange.ts";
import { encodePart } from "../tokens/token-parts.ts";
import {
  type Case,
  type Check,
  type CheckOutcome,
  expectKind,
  judged,
  notRun,
  runCases,
} from "./check.ts";
import { shownValues } from "./shown-values.ts";

const TENANT_HEADERS = ["X-Tenant-Id", "X-Tenant-Client", "X-Tenant-Subject"];

export const twoTokens: Check = {
  id: "two-tokens",
  proves: "two Authorization headers open no more than one of them does",
  how: "a good token beside a forged one and beside another tenant's, in both orders",
  expected:
    "never let in on the forged token's route, and on one tenant's route at most",
  run: async ({ ask, target, authorizations }) => {
    const [first, second] = target.tenants;
    const good = await authorizations.usual(first);
    const other = await authorizations.usual(second);
    const [, claims = "", signature = ""] = other.split(".");
    const forged = `Bearer ${encodePart({ alg: "none", typ: "JWT" })}.${claims}.${signature}`;
    const [own] = first.own;
    const [foreign] = second.own;
    const send = (request: typeof own, one: string, two: string) =>
      ask({
        ...request,
        headers: [
          ["Authorization", one],
          ["Authorization", two],
        ],
      });
    const findings: string[] = [];
    const seen: string[] = [];
    for (const [name, one, two] of [
      ["forged after good", good, forged],
      ["good after forged", forged, good],
    ] as const) {
      const answer = await send(foreign, one, two);
      seen.push(describeAnswer(answer));
      if (answer.kind === "let_in") {
        findings.push(`${name}: ${describeAnswer(answer)} on ${foreign.path}`);
      }
    }
    for (const [name, one, two] of [
      [`${first.name} before ${second.name}`, good, other],
      [`${second.name} before ${first.name}`, other, good],
    ] as const) {
      const answers = [
        await send(own, one, two),
        await send(foreign, one, two),
      ];
      seen.push(...answers.map(describeAnswer));
      if (answers.every(({ kind }) => kind === "let_in")) {
        findings.push(`${name}: both tenants' routes are open`);
      }
    }
    return judged(seen.length, findings, seen.join(", "));
  },
};

export const tenantHeaders: Check = {
  id: "tenant-headers",
  proves: "the backend's tenant headers are the gateway's, never the client's",
  how: "X-Tenant-Id, -Client and -Subject sent by the client, in three letter cases and doubled, on each tenant's own route",
  expected: "let in, and the backend shows the token's own tenant",
  run: async ({ ask, target, authorizations }): Promise<CheckOutcome> => {
    const findings: string[] = [];
    let cases = 0;
    let showing = 0;
    for (const tenant of target.tenants) {
      const authorization = await authorizations.usual(tenant);
      const others = target.tenants.filter((each) => each !== tenant);
      for (const [name, headers, forged] of forgedHeaders(others[0]?.name)) {
        const request = tenant.own.find(({ method }) => method === "GET");
        if (request === undefined) continue;
        const answer = await ask({ ...request, authorization, headers });
        cases += 1;
        const values = shownValues(answer);
        const where = `${tenant.name}, ${name}`;
        if (answer.kind !== "let_in") {
          findings.push(`${where}: ${describeAnswer(answer)}`);
        } else if (values.some((value) => splitList(value).includes(forged))) {
          findings.push(`${where}: the backend shows the client's value`);
        }
        if (values.includes(tenant.name)) showing += 1;
      }
    }
    if (findings.length === 0 && showing < cases) {
      return notRun(
        "the backend's answers do not show which tenant it was told: name a route that echoes it",
      );
    }
    return judged(
      cases,
      findings,
      `${showing} of ${cases} show the token's own tenant`,
    );
  },
};

function forgedHeaders(
  otherTenant = "",
): readonly (readonly [string, readonly Header[], string])[] {
  const canary = `verify-${randomBytes(6).toString("hex")}`;
  const all = (
    value: string,
    spell: (name: string) => string = (name) => name,
  ): readonly Header[] => TENANT_HEADERS.map((name) => [spell(name), value]);
  return [
    ["headers of the client's own", all(canary), canary],
    ["in small letters", all(canary, (name) => name.toLowerCase()), canary],
    ["in capitals", all(canary, (name) => name.toUpperCase()), canary],
    ["doubled", [...all(canary), ...all(canary)], canary],
    ["another tenant's name", all(otherTenant), otherTenant],
  ];
}

/** A header that came twice reaches some backends as one, with a comma. */
const splitList = (value: string): readonly string[] =>
  value.split(",").map((part) => part.trim());

export const overrides: Check = {
  id: "override-headers",
  proves: "no header changes which method, path or caller is judged",
  how: "X-HTTP-Method-Override, X-Original-URL and their like, and X-Api-Key, on another tenant's route and without a token",
  expected: "403 with a token, 401 without",
  run: async (context) => {
    const { target, authorizations } = context;
    const [first, second] = target.tenants;
    const [own] = first.own;
    const [foreign] = second.own;
    const stage = target.stageUrl.pathname.replace(/\/$/, "");
    const authorization = await authorizations.usual(first);
    const headers: readonly Header[] = [
      ["X-HTTP-Method-Override", own.method],
      ["X-HTTP-Method", own.method],
      ["X-Method-Override", own.method],
      ["X-Original-URL", `${stage}${own.path}`],
      ["X-Original-URL", own.path],
      ["X-Rewrite-URL", own.path],
      ["X-Forwarded-Path", own.path],
      ["X-Forwarded-Prefix", own.path],
      ["X-Api-Key", "verify-probe"],
    ];
    const cases = headers.flatMap((header): readonly Case[] => [
      {
        name: `${header[0]} with ${first.name}'s token`,
        question: { ...foreign, authorization, headers: [header] },
        judge: expectKind("forbidden"),
      },
      {
        name: `${header[0]} without a token`,
        question: { ...own, headers: [header] },
        judge: expectKind("unauthenticated"),
      },
    ]);
    return await runCases(context, cases);
  },
};

export const otherPlaces: Check = {
  id: "other-places",
  proves:
    "a token counts in the Authorization header alone (RFC 6750 §2.2, §2.3)",
  how: "a good token in the query, in a cookie and in seven other headers, on the tenant's own route",
  expected: "401",
  run: async (context) => {
    const { target, authorizations } = context;
    const [tenant] = target.tenants;
    const [own] = tenant.own;
    const bearer = await authorizations.usual(tenant);
    const token = await tenant.token();
    const judge = expectKind("unauthenticated", "rejected");
    return await runCases(context, [
      ...["access_token", "token", "authorization"].map((name): Case => ({
        name: `query parameter ${name}`,
        question: { ...own, path: `${own.path}?${name}=${token}` },
        judge,
      })),
      ...(
        [
          ["Cookie", `access_token=${token}; token=${token}`],
          ["X-Authorization", bearer],
          ["X-Forwarded-Authorization", bearer],
          ["Proxy-Authorization", bearer],
          ["X-Access-Token", token],
          ["X-Auth-Token", token],
          ["X-Amz-Security-Token", token],
          ["X-Api-Key", token],
        ] as const
      ).map((header): Case => ({
        name: header[0],
        question: { ...own, headers: [header] },
        judge,
      })),
    ]);
  },
};
