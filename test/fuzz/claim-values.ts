/** Values that claims are changed to: near the good ones, at the edges, and taken from elsewhere. */
import { AUDIENCE, ISSUER, NOW, SUBJECT } from "../support/tokens.ts";
import { json } from "./draft.ts";
import type { Draw } from "./values.ts";
import {
  DEPLOYMENTS,
  NAMESPACED_CLAIM,
  OTHER_AUDIENCE,
  OTHER_ISSUER,
} from "./world.ts";

/** Seconds around now at which some rule changes its mind, in one of a number's many spellings. */
const time: Draw = (random, { deployment }) => {
  const { clockToleranceSeconds: tolerance, maxTokenLifetimeSeconds: maximum } =
    deployment;
  const edge = random.pick([
    0,
    tolerance,
    tolerance,
    -tolerance,
    -tolerance,
    -60,
    3_600,
    maximum,
    -maximum,
    maximum - 60,
    3_600 - maximum,
  ]);
  const seconds =
    NOW + edge + random.pick([0, 0, 0.001, 0.25, 0.5, 1, -0.5, -1]);
  return random.weighted<string>([
    [12, json(seconds)],
    [1, `${Math.floor(seconds)}.000`],
    [1, `${seconds / 1e9}e9`],
    [1, `${seconds}00E-2`],
    [1, json(String(seconds))],
    [1, json([seconds])],
    [1, json(seconds * 1_000)],
    [1, `${seconds}.${"0".repeat(40)}1`],
    [
      1,
      random.pick([
        "0",
        "-1",
        "8.64e12",
        "8640000000001",
        "-8.64e12",
        "-8640000000001",
        "9007199254740993",
        "1e300",
        "+1800000000",
        "01800003600",
        "0x6b49d210",
        ".5e10",
        "1800003600.",
      ]),
    ],
  ]);
};

const issuer: Draw = (random) =>
  json(
    random.pick([
      ISSUER,
      OTHER_ISSUER,
      ISSUER.slice(0, -1),
      `${ISSUER}/`,
      ISSUER.toUpperCase(),
      ISSUER.replace("https", "http"),
      ` ${ISSUER}`,
      `${ISSUER}\u0000`,
      [ISSUER],
      "https://evil.example/",
      `https://evil.example/?${ISSUER}`,
    ]),
  );

const audience: Draw = (random) =>
  json(
    random.pick([
      AUDIENCE,
      OTHER_AUDIENCE,
      [AUDIENCE],
      [OTHER_AUDIENCE],
      ["https://other.example", AUDIENCE],
      [AUDIENCE, 1],
      [1, AUDIENCE],
      [AUDIENCE, null],
      [[AUDIENCE]],
      { 0: AUDIENCE, length: 1 },
      [],
      "",
      "https://other.example",
      `${AUDIENCE}/`,
      ` ${AUDIENCE}`,
      `${AUDIENCE} ${OTHER_AUDIENCE}`,
      AUDIENCE.toUpperCase(),
      AUDIENCE.slice(0, -1),
      new Array(60).fill(AUDIENCE),
    ]),
  );

const subject: Draw = (random) =>
  json(
    random.pick([
      SUBJECT,
      "x",
      "machine@clients",
      "google-apps|john doe",
      "x".repeat(255),
      "x".repeat(256),
      " x",
      "x ",
      " ",
      "x\r\nX-Tenant-Id: globex",
      "x\u0000",
      "x\u007f",
      "zoë",
      "\u202ex",
      ["x"],
    ]),
  );

/** A tenant's key, of this or another tenant and deployment, or what may be taken for one. */
const identifier: Draw = (random, { deployment, row }) =>
  json(
    random.weighted<unknown>([
      [4, random.pick(deployment.rows).key],
      [1, random.pick(random.pick(DEPLOYMENTS).rows).key],
      [
        2,
        random.pick(["nobody", "n", "-", "a.B_c|d:e@f/g-0", "n".repeat(256)]),
      ],
      [
        3,
        random.pick([
          "n".repeat(257),
          "*",
          `${row.key}*`,
          `${row.key} `,
          ` ${row.key}`,
          `${row.key}\n`,
          `${row.key}\u0000`,
          row.key.toUpperCase(),
          row.key.replace("e", "é"),
          row.key.replace("c", "с"),
          "?",
          "a,b",
          "${aws:username}",
          "a\\b",
          [row.key],
          { [row.key]: row.key },
          "constructor",
          "__proto__",
        ]),
      ],
    ]),
  );

const scope: Draw = (random) =>
  json(
    random.pick([
      "read:orders",
      "openid read:orders",
      "openid",
      "read:orders2",
      "READ:ORDERS",
      "",
      " ",
      "  read:orders  ",
      "openid\tread:orders",
      "openid\nread:orders",
      'a"b',
      "a\\b",
      "zoë",
      "read:orders\u0000",
      "x ".repeat(300),
      ["read:orders"],
    ]),
  );

const permissions: Draw = (random) =>
  json(
    random.pick([
      ["read:orders"],
      ["write:orders"],
      [],
      [""],
      ["read:orders", 1],
      ["read:orders", null],
      [["read:orders"]],
      ["openid read:orders"],
      "read:orders",
      { 0: "read:orders" },
    ]),
  );

const text: Draw = (random) => json(random.pick(["x", "", null, 1, {}, ["x"]]));

/** Claims that some rule speaks of, and some that none may listen to. */
export const CLAIMS: readonly (readonly [string, Draw])[] = [
  // Times have the most edges, so they come up the most often.
  ...["exp", "iat", "nbf"].flatMap((name) =>
    Array.from({ length: 4 }, () => [name, time] as const),
  ),
  ["iss", issuer],
  ["aud", audience],
  ["sub", subject],
  ["azp", identifier],
  ["client_id", identifier],
  ["org_id", identifier],
  [NAMESPACED_CLAIM, identifier],
  ["scope", scope],
  ["permissions", permissions],
  ["jti", text],
  ["nonce", text],
  ["at_hash", text],
  ["c_hash", text],
  ["cnf", text],
  ["gty", text],
  ["auth_time", time],
  ["__proto__", () => json({ azp: "client-acme", cnf: 1, exp: 1 })],
  ["constructor", identifier],
  ["hasOwnProperty", text],
  ["toJSON", text],
  ["tenantId", identifier],
];
