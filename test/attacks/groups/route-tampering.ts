/** Routes that are none. A record with one of them opens nothing. */
import { methodArn } from "../../support/events.ts";
import { type Attack, allowedWith, control, couldNotTell } from "../attack.ts";

import { breaking, brief, withRecord } from "../tampered-record.ts";

const ROUTE_TEXTS: readonly string[] = [
  "",
  " ",
  "*",
  "/acme/*",
  "GET",
  "GET ",
  "GET  /acme/*",
  "GET\t/acme/*",
  " GET /acme/*",
  "GET /acme/* ",
  "GET /acme/*\n",
  "get /acme/*",
  "FETCH /acme/*",
  "GET, POST /acme/*",
  "GET,,POST /acme/*",
  "GET,* /acme/*",
  "GET|POST /acme/*",
  "G?T /acme/*",
  "??? /acme/*",
  "GET acme/*",
  "GET *",
  "GET **",
  "GET /acme*",
  "GET /acme/**",
  "GET /acme/*/orders",
  "GET /*/orders",
  "GET /acme/?",
  "GET /acme/order?",
  "GET /acme/",
  "GET //",
  "GET //acme",
  "GET /acme//orders",
  "GET /acme/./orders",
  "GET /acme/../globex/*",
  "GET /acme/..",
  "GET /acme/%2e%2e/*",
  "GET /acme/%2F",
  "GET /acme\\..\\globex",
  "GET /acme/orders?x=1",
  "GET /acme/orders#x",
  "GET /acme;x/*",
  "GET /acme:globex/*",
  "GET /acme/${aws:username}",
  "GET /{tenantid}/*",
  "GET /{tenantId}x/*",
  "GET /{tenantId/*",
  "GET /{proxy+}",
  "GET /acmé/*",
  "GET /acme/\u0000",
  "GET /acme/\u202e*",
  "GET https://api.acme.com/acme/*",
  "GET arn:aws:execute-api:*:*:*/*",
  'GET /acme/*","arn:aws:execute-api:*',
  "! GET /acme/*",
  "!!GET /acme/*",
  "!GET /acme/* admin",
  "GET /acme/* ré",
  'GET /acme/* a"b',
  "GET /acme/* a  b",
  `GET /acme/* ${"x".repeat(129)}`,
  `GET /${"x".repeat(1_030)}`,
];

const routeAttacks: readonly Attack[] = [
  ...ROUTE_TEXTS.map((route) =>
    withRecord(
      `does not understand the route ${brief(route)}`,
      { routes: { L: [{ S: "* /acme/*" }, { S: route }] } },
      couldNotTell("record_broken", "routes"),
    ),
  ),
  ...breaking("routes", [
    { S: "* /acme/*" },
    { SS: [] },
    { L: [] },
    { L: ["* /acme/*"] },
    { L: [{ S: "* /acme/*" }, { N: "1" }] },
    { L: [{ SS: ["* /acme/*"] }] },
    { NS: ["1"] },
    { SS: "* /acme/*" },
    { SS: [1] },
    { M: { 0: { S: "* /acme/*" } } },
    { NULL: true },
    { SS: ["* /acme/*"], L: [] },
    { SS: Array.from({ length: 1_001 }, (_, index) => `GET /acme/${index}`) },
  ]),
  withRecord(
    "does not cut short a policy of more than 8,000 bytes",
    {
      routes: {
        SS: Array.from(
          { length: 400 },
          (_, index) => `GET /acme/resource-${index}`,
        ),
      },
    },
    couldNotTell("record_broken", "routes"),
  ),
  withRecord(
    "does not send a resource of more than 512 characters",
    { routes: { SS: [`GET /acme/${"x".repeat(500)}`] } },
    couldNotTell("record_broken", "routes"),
  ),
  withRecord(
    "does not do without routes",
    { routes: undefined },
    couldNotTell("record_broken", "routes"),
  ),
];

/** Neighbours of the refused routes, each with a request that it opens. */
const GOOD_ROUTES: readonly (readonly [string, string])[] = [
  ["GET,POST /acme/orders", "/acme/orders"],
  ["* /{tenantId}/*", "/acme/a/b/c"],
  ["GET /acme/a.b/~x/-/_", "/acme/a.b/~x/-/_"],
  ["GET /acme/...", "/acme/..."],
  [`GET /acme/${"x".repeat(440)}`, `/acme/${"x".repeat(440)}`],
];

export const routeTampering: readonly Attack[] = [
  ...GOOD_ROUTES.map(([route, path]) =>
    control(
      withRecord(
        `understands the route ${brief(route)}`,
        { routes: { SS: [route] } },
        allowedWith({ arn: methodArn("GET", path) }),
      ),
    ),
  ),
  ...routeAttacks,
];
