/**
 * Good tokens on requests that are not theirs. The token is beyond reproach, so all depends on the policy, which
 * the tests' own evaluator judges for the request. Each request is also the one that the authorizer is called for:
 * the judge checks that the policy is the same whichever came first.
 */
import { METHODS } from "../../../lambda/core/routes.ts";
import { STAGE_ARN } from "../../support/events.ts";
import { hostilePaths } from "../../support/hostile-paths.ts";
import { type Overrides } from "../../support/tokens.ts";
import type { PolicyVerdict } from "../../support/policy-oracle.ts";
import { type Attack, control } from "../attack.ts";

import { on } from "../requests.ts";

/** Nothing hostile about them; they are just not acme's. */
const NOT_ACMES: readonly string[] = [
  "/",
  "/acme",
  "/globex",
  "/globex/orders",
  "/globex/acme/orders",
  "/globex/x/acme/orders",
  "/acme-evil/orders",
  "/acme_evil/orders",
  "/acme.evil/orders",
  "/acmeevil/orders",
  "/acm/orders",
  "/acme;x/orders",
  "/acme%00/orders",
  "/acme%20/orders",
  "/acme%3f/orders",
  "/acme%23/orders",
  "/acme*/orders",
  "/acme?/orders",
  "/*/orders",
  "/????/orders",
  "/Acme/orders",
  "/ACME/orders",
  "/aCmE/orders",
  "/%61cme/orders",
  "/%61%63%6d%65/orders",
  "/%41cme/orders",
  "/аcme/orders",
  "/ａcme/orders",
  "/acme\u200b/orders",
  "/acme\u0000/orders",
  "/prod/acme/orders",
  "/GET/acme/orders",
  "/{tenantId}/orders",
  "/${aws:username}/orders",
  "/.acme/orders",
  "/~acme/orders",
  "/@connections/acme/orders",
  "/https://api.acme.com/acme/orders",
  "https://api.acme.com/acme/orders",
  `/${STAGE_ARN}/GET/acme/orders`,
  "/globex/:abcdef1234/prod/GET/acme/orders",
  "/globex:123456789012:abcdef1234/prod/GET/acme/orders",
];

/** Of those, what `//` or a NUL makes an explicit denial. */
const verdictOf = (path: string): PolicyVerdict =>
  /\/\/|%00/.test(path) ? "explicit_deny" : "implicit_deny";

const ACMES: readonly string[] = [
  "/acme/",
  "/acme/a/b/c",
  "/acme/a.b/...",
  "/acme/globex/orders",
  "/acme/orders;v=1",
  "/acme/orders%20x",
  "/acme/%E2%82%AC",
  "/acme/€",
  "/acme/*",
  "/acme/?",
  `/acme/${"x".repeat(1_500)}`,
];

const climbing: readonly Attack[] = [
  ...new Set([
    ...hostilePaths("acme", "globex"),
    "/acme/.",
    "/acme/..;/..;/globex/orders",
    "/acme/..;jsessionid=1/globex/orders",
    "/acme/x/..%2f..%2fglobex/orders",
    "/acme/%2E%2E/globex",
    "/acme/.%2e",
    "/acme/%2e",
    "/acme/%5c..%5cglobex",
    "/acme/\\",
    "/acme/orders%2f",
    "/acme/orders%2F",
    "/acme/orders%2e",
    "/acme/orders%2E",
    "/acme/orders%5c",
    "/acme/orders%5C",
    "/acme//",
    "//acme/orders",
    "/acme/..\\globex",
    "/acme/%252e%252e%252fglobex/orders",
    "/acme/%252E%252E/globex/orders",
    "/acme/%25252e%25252e/globex/orders",
    "/acme/x%255c..%255cglobex/orders",
    "/acme/..%3b/globex/orders",
    "/acme/..%3B/globex/orders",
    "/acme/..%20/globex/orders",
    "/acme/..%09/globex/orders",
    "/acme/.%00./globex/orders",
    "/acme/..%00/globex/orders",
    "/globex/../acme/orders",
    "/globex/%2e%2e/acme/orders",
  ]),
].map((path) => on(["GET", path], "explicit_deny"));

/** How lenient readers of other kinds might still climb; said so in docs/security.md. */
const UNCOVERED_CLIMBS: readonly (readonly [string, string])[] = [
  [
    "/acme/%c0%ae%c0%ae/globex/orders",
    "for a backend that decodes overlong UTF-8",
  ],
  ["/acme/%u002e%u002e/globex/orders", "for a backend that decodes %u"],
  ["/acme/．．/globex/orders", "for a backend that folds wide letters"],
  [
    "/acme/%ef%bc%8e%ef%bc%8e/globex/orders",
    "for a backend that folds wide letters",
  ],
];

const SOME_METHODS: Overrides = {
  routes: { SS: ["GET,POST /acme/orders", "DELETE /acme/orders/*"] },
};
const methodAttacks: readonly Attack[] = [
  ...METHODS.map((method) => control(on([method, "/acme/orders"], "allow"))),
  ...[
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "patch",
    "*",
    "GET,POST",
    "GET/globex",
  ].map((method) =>
    on([method, "/acme/orders"], "implicit_deny", "because of its method"),
  ),
  on(["", "/acme/orders"], "explicit_deny", "because of its method"),
  // GET and PUT share the pattern ???, HEAD and POST ????: right, because API Gateway has no other such methods.
  ...["get", "ACL", "LOCK"].map((method): Attack => ({
    ...on(
      [method, "/acme/orders"],
      "allow",
      "for a gateway that has such a method",
    ),
    kind: "limit",
  })),
  ...(["PUT", "HEAD", "PATCH", "DELETE", "OPTIONS"] as const).map((method) =>
    on(
      [method, "/acme/orders"],
      "implicit_deny",
      "when GET and POST are granted",
      SOME_METHODS,
    ),
  ),
  on(
    ["GET", "/acme/orders/1"],
    "implicit_deny",
    "when DELETE is granted",
    SOME_METHODS,
  ),
  on(
    ["GET", "/acme/orders/"],
    "implicit_deny",
    "when the path without the slash is granted",
    SOME_METHODS,
  ),
  on(
    ["GET", "/x/DELETE/acme/orders/1"],
    "implicit_deny",
    "when DELETE is granted",
    SOME_METHODS,
  ),
  control(
    on(
      ["POST", "/acme/orders"],
      "allow",
      "when GET and POST are granted",
      SOME_METHODS,
    ),
  ),
];

export const pathTricks: readonly Attack[] = [
  ...ACMES.map((path) => control(on(["GET", path], "allow"))),
  ...NOT_ACMES.map((path) => on(["GET", path], verdictOf(path))),
  ...climbing,
  ...UNCOVERED_CLIMBS.map(([path, why]): Attack => ({
    ...on(["GET", path], "allow", `to another tenant's path ${why}`),
    kind: "limit",
  })),
  ...methodAttacks,
];
