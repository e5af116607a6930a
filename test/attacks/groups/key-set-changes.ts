/** Key sets and tables that change, go away and come back. */
import {
  CLIENT_ID,
  ISSUER,
  NOW,
  jwksOf,
  signingKey,
} from "../../support/tokens.ts";
import {
  type Attack,
  type Expected,
  allowed,
  control,
  couldNotTell,
  refused,
  withToken,
} from "../attack.ts";
import { accessToken, claiming } from "../baseline.ts";
import type { Deployment, KeySetAnswer } from "../deployment.ts";

import { lazyKey, publish, rsa1024 } from "../keys.ts";

/** Steps on the way to the attack. */
type Step = (deployment: Deployment) => Promise<void> | void;
const steps =
  (...list: readonly Step[]): Step =>
  async (deployment) => {
    for (const step of list) await step(deployment);
  };
const use: Step = async ({ send }) => {
  await send();
};
const useThe =
  (token: () => string): Step =>
  async ({ send }) => {
    await send({ authorizationToken: `Bearer ${token()}` });
  };
const wait =
  (seconds: number): Step =>
  ({ clock }) => {
    clock.advance(seconds);
  };
const answerWith =
  (answer: () => KeySetAnswer): Step =>
  ({ keySets }) => {
    keySets.set(ISSUER, answer());
  };
const tableDown: Step = (deployment) => {
  deployment.table = "down";
};

const successor = lazyKey("key-1", {});
const rotatedTo = answerWith(() => jwksOf(signingKey("key-2")));
const swapped = answerWith(() => jwksOf(successor()));
const down = answerWith(() => "down");
const longLived = claiming({ exp: NOW + 86_400 });
const byOther = (key: () => ReturnType<typeof signingKey>) => () =>
  accessToken({ key: key(), claims: { exp: NOW + 86_400 } });
const unknownKidToken = (kid: string) => accessToken({ header: { kid } });
const askForUnknown: Step = async ({ send }) => {
  await send({ authorizationToken: `Bearer ${unknownKidToken("elsewhere")}` });
};

const CHANGES: readonly (readonly [string, () => string, Expected, Step])[] = [
  [
    "stops using a revoked key once its set is ten minutes old",
    longLived,
    refused("kid_unknown"),
    steps(use, rotatedTo, wait(500)),
  ],
  [
    "stops using the old key under a kid once the set is ten minutes old",
    longLived,
    refused("signature_invalid"),
    steps(use, swapped, wait(500)),
  ],
  [
    "does not know the new key under a known kid before",
    byOther(successor),
    refused("signature_invalid"),
    steps(use, swapped, wait(499)),
  ],
  [
    "stops using a revoked key early when somebody asks for a new one",
    longLived,
    refused("kid_unknown"),
    steps(use, rotatedTo, askForUnknown),
  ],
  [
    "does not ask the issuer twice in ten seconds for kids it lacks",
    byOther(() => signingKey("key-2")),
    refused("kid_unknown"),
    steps(askForUnknown, rotatedTo, wait(9)),
  ],
  [
    "cannot tell when a kid is new and the issuer down",
    byOther(() => signingKey("key-2")),
    couldNotTell("keys_unavailable"),
    down,
  ],
  [
    "stops using a set that is an hour old while the issuer is down",
    longLived,
    couldNotTell("keys_unavailable"),
    steps(use, down, wait(3_500)),
  ],
  [
    "stops using a set that is an hour old though the issuer answers with none",
    longLived,
    couldNotTell("keys_unavailable"),
    steps(
      use,
      answerWith(() => ({ keys: [] })),
      wait(3_500),
    ),
  ],
];

const FAILURES: typeof CHANGES = [
  [
    "does not ask an issuer again in the five seconds after it failed",
    byOther(() => signingKey("key-2")),
    couldNotTell("keys_unavailable"),
    steps(down, askForUnknown, rotatedTo, wait(4)),
  ],
  [
    "does not ask an issuer again in the five seconds after it answered with none",
    byOther(() => signingKey("key-2")),
    couldNotTell("keys_unavailable"),
    steps(
      answerWith(() => ({ keys: [] })),
      askForUnknown,
      rotatedTo,
      wait(4),
    ),
  ],
];

const CHANGE_CONTROLS: readonly (readonly [string, () => string, Step])[] = [
  [
    "uses a new key at once when nobody has asked lately",
    byOther(() => signingKey("key-2")),
    rotatedTo,
  ],
  [
    "uses a new key ten seconds after an unknown one was asked for",
    byOther(() => signingKey("key-2")),
    steps(askForUnknown, rotatedTo, wait(10)),
  ],
  [
    "uses the new key under a known kid once the set is ten minutes old",
    byOther(successor),
    steps(use, swapped, wait(500)),
  ],
  [
    "uses a set for almost an hour while the issuer is down",
    longLived,
    steps(use, down, wait(3_499)),
  ],
  [
    "uses the issuer's keys again when it is back",
    longLived,
    steps(
      use,
      down,
      wait(5_000),
      use,
      answerWith(() => jwksOf(signingKey())),
      wait(5),
    ),
  ],
];

const snapshot =
  (takenAt: number, ...keys: readonly object[]) =>
  () => ({
    takenAt: new Date(takenAt * 1_000).toISOString(),
    sets: { [`${ISSUER}.well-known/jwks.json`]: { keys } },
  });
const coldStart = (file: () => object) => ({
  snapshot: file,
  keySets: publish(() => "down" as const),
});

const SNAPSHOTS: readonly (readonly [
  string,
  () => string,
  Expected,
  Parameters<typeof withToken>[3],
])[] = [
  [
    "does not use a snapshot that is a week old",
    () => accessToken(),
    couldNotTell("keys_unavailable"),
    { deployment: coldStart(snapshot(NOW - 604_800, signingKey().jwk)) },
  ],
  [
    "does not use a snapshot from the future",
    () => accessToken(),
    couldNotTell("keys_unavailable"),
    { deployment: coldStart(snapshot(NOW + 3_600, signingKey().jwk)) },
  ],
  [
    "does not use a snapshot's weak key",
    () => accessToken({ key: rsa1024() }),
    couldNotTell("keys_unavailable"),
    {
      deployment: coldStart(
        snapshot(NOW - 60, rsa1024().jwk, signingKey().jwk),
      ),
    },
  ],
  [
    "does not use a snapshot's key that the issuer has revoked since",
    () => accessToken(),
    refused("kid_unknown"),
    {
      deployment: {
        snapshot: snapshot(NOW - 60, signingKey().jwk),
        keySets: publish(() => jwksOf(signingKey("key-2"))),
      },
    },
  ],
];

/** Records that serve while the table is down, and no longer than they may. */
const TABLE_STEPS: readonly (readonly [string, Expected, Step])[] = [
  [
    "cannot tell when the table is down and the record was never read",
    couldNotTell("table_unavailable"),
    tableDown,
  ],
  [
    "cannot tell when the table is down and the record is five minutes old",
    couldNotTell("table_unavailable"),
    steps(use, tableDown, wait(300)),
  ],
  [
    "does not forget in an outage that a tenant was suspended",
    couldNotTell("table_unavailable"),
    steps(
      use,
      ({ table }) => {
        if (table !== "down") table.set(CLIENT_ID, suspended);
      },
      wait(5),
      use,
      tableDown,
      wait(5),
    ),
  ],
];
const suspended = {
  azp: { S: CLIENT_ID },
  tenantId: { S: "acme" },
  status: { S: "suspended" },
  routes: { SS: ["* /acme/*"] },
};

export const keySetChanges: readonly Attack[] = [
  ...[...CHANGES, ...FAILURES].map(([name, token, expected, before]) =>
    withToken(name, token, expected, { before }),
  ),
  // A decision is kept while key and record stand: here the record always does.
  ...CHANGES.filter(([, token]) => token === longLived).map(
    ([name, token, expected, before]) =>
      withToken(
        `${name}, though the token was let in before`,
        token,
        expected,
        {
          before: steps(useThe(token), before),
          deployment: { env: { TENANT_CACHE_SECONDS: "86400" } },
        },
      ),
  ),
  ...CHANGE_CONTROLS.map(([name, token, before]) =>
    control(withToken(name, token, allowed, { before })),
  ),
  ...SNAPSHOTS.map(([name, token, expected, details]) =>
    withToken(name, token, expected, details),
  ),
  control(
    withToken(
      "uses a snapshot while no fetch has succeeded",
      () => accessToken(),
      allowed,
      {
        deployment: coldStart(snapshot(NOW - 604_799, signingKey().jwk)),
      },
    ),
  ),
  ...TABLE_STEPS.map(([name, expected, before]) =>
    withToken(name, claiming({ exp: NOW + 86_400 }), expected, { before }),
  ),
];
