/** Requests on other stages, ids that look like parts of an ARN, and method ARNs that are none. */
import { methodArn } from "../../support/events.ts";
import { NOW, type Overrides } from "../../support/tokens.ts";
import {
  type Attack,
  allowedWith,
  control,
  couldNotTell,
  withToken,
} from "../attack.ts";
import { accessToken } from "../baseline.ts";

import { on, onArn } from "../requests.ts";

/** Ids that look like other parts of an ARN or a path. */
const tenantAttacks: readonly Attack[] = [
  "GET",
  "prod",
  "a",
  "acme-evil",
  "0",
].flatMap((tenantId) => {
  const record = {
    tenantId: { S: tenantId },
    routes: { SS: ["* /{tenantId}/*"] },
  };
  return [
    control(
      on(
        ["GET", `/${tenantId}/orders`],
        "allow",
        `to the tenant ${tenantId}`,
        record,
      ),
    ),
    on(
      ["GET", "/acme/orders"],
      "implicit_deny",
      `to the tenant ${tenantId}`,
      record,
    ),
    on(
      ["GET", `/globex/${tenantId}/orders`],
      "implicit_deny",
      `to the tenant ${tenantId}`,
      record,
    ),
  ];
});

/** So many routes that the policy leaves region and account open. */
const MANY: Overrides = {
  routes: {
    SS: [
      "* /acme/*",
      ...Array.from(
        { length: 90 },
        (_, index) => `GET /shared/resource-${index}`,
      ),
    ],
  },
};
const compactAttacks: readonly Attack[] = [
  control(on(["GET", "/acme/orders"], "allow", "under a compact policy", MANY)),
  control(on(["GET", "/acme/a:b:c"], "allow", "under a compact policy", MANY)),
  ...[
    "/globex:abcdef1234/prod/GET/acme/orders",
    "/globex/:abcdef1234/prod/GET/acme/orders",
    "/x:1:abcdef1234/prod/GET/acme/orders",
    "/globex/orders:abcdef1234/prod/POST/acme/",
    "/acme/:abcdef1234/prod/GET/acme/orders",
  ].map((path) =>
    on(["GET", path], "explicit_deny", "under a compact policy", MANY),
  ),
  ...[
    "/globex/orders",
    "/globex:abcdef1234x/prod/GET/acme/orders",
    "/globex%3aabcdef1234/prod/GET/acme/orders",
  ].map((path) =>
    on(["GET", path], "implicit_deny", "under a compact policy", MANY),
  ),
];

const OTHER_STAGES: readonly (readonly [string, string])[] = [
  [
    "another stage",
    "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/test",
  ],
  [
    "a stage whose name goes on",
    "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod2",
  ],
  [
    "another API",
    "arn:aws:execute-api:eu-central-1:123456789012:zyxwvu9876/prod",
  ],
  [
    "another account",
    "arn:aws:execute-api:eu-central-1:999999999999:abcdef1234/prod",
  ],
  [
    "another region",
    "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/prod",
  ],
  [
    "another partition",
    "arn:aws-cn:execute-api:eu-central-1:123456789012:abcdef1234/prod",
  ],
];

const stageAttacks: readonly Attack[] = [
  ...OTHER_STAGES.map(([what, stageArn]) =>
    withToken(
      `does not open the same path on ${what}`,
      () => accessToken(),
      allowedWith({
        verdict: "implicit_deny",
        arn: methodArn("GET", "/acme/orders", stageArn),
      }),
    ),
  ),
  ...OTHER_STAGES.map(([what, stageArn]) =>
    control(
      onArn(
        `opens the path on ${what} to a request on it`,
        methodArn("GET", "/acme/orders", stageArn),
        "allow",
      ),
    ),
  ),
  withToken(
    "opens nothing from the second in which the token ends, however long the policy is kept",
    () => accessToken(),
    allowedWith({ verdict: "implicit_deny", at: NOW + 3_600 }),
  ),
  control(
    withToken(
      "opens what is granted until a second before",
      () => accessToken(),
      allowedWith({ at: NOW + 3_599 }),
    ),
  ),
];

const BAD_ARNS: readonly unknown[] = [
  "",
  "*",
  null,
  1,
  ["arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/"],
  "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod",
  "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234",
  "arn:aws:execute-api:eu-central-1:123456789012:*/prod/GET/acme",
  "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/*/GET/acme",
  "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/pro?/GET/acme",
  "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234//GET/acme",
  "arn:aws:execute-api:eu-central-1:123456789012:/prod/GET/acme",
  "arn:aws:execute-api:eu-central-1:*:abcdef1234/prod/GET/acme",
  "arn:aws:execute-api:eu-central-1::abcdef1234/prod/GET/acme",
  "arn:aws:execute-api:*:123456789012:abcdef1234/prod/GET/acme",
  "arn:aws:execute-api::123456789012:abcdef1234/prod/GET/acme",
  "arn:*:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/acme",
  "arn:aws*:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/acme",
  "arn:AWS:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/acme",
  "arn:aws:lambda:eu-central-1:123456789012:function:prod/GET/acme",
  "arn:aws:lambda:eu-central-1:123456789012:abcdef1234/prod/GET/acme",
  "arn:aws:execute-api:eu-central-1:123456789012:a:b/prod/GET/acme",
  "arn:aws:execute-api:eu-central-1:12345678901:abcdef1234/prod/GET/acme",
  " arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/acme",
  "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod\n/GET/acme",
  'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/pr"od/GET/acme',
  "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/${stage}/GET/acme",
  methodArn("GET", `/acme/${"x".repeat(1_600)}`),
];

export const stageTricks: readonly Attack[] = [
  ...tenantAttacks,
  ...compactAttacks,
  ...stageAttacks,
  ...BAD_ARNS.map((arn): Attack => ({
    name: `cannot tell from the methodArn ${JSON.stringify(arn)}`,
    event: () => ({ methodArn: arn }),
    expected: couldNotTell("event_malformed"),
  })),
  {
    name: "cannot tell from an event without methodArn",
    event: () => ({ methodArn: undefined }),
    expected: couldNotTell("event_malformed"),
  },
];
