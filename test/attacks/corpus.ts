/** All attacks, in groups. */
import type { AttackGroup } from "./attack.ts";
import { encoding } from "./groups/encoding.ts";
import { forging } from "./groups/forging.ts";
import { keySetTricks } from "./groups/key-set-tricks.ts";
import { contextInjection } from "./groups/context-injection.ts";
import { pathTricks } from "./groups/path-tricks.ts";
import { recordTampering } from "./groups/record-tampering.ts";
import { prototypePollution } from "./groups/prototype-pollution.ts";
import { registeredClaims } from "./groups/registered-claims.ts";
import { tenantClaims } from "./groups/tenant-claims.ts";
import { headerTricks } from "./groups/header-tricks.ts";
import { tenantRules } from "./groups/tenant-rules.ts";
import { keySetChanges } from "./groups/key-set-changes.ts";
import { routeTampering } from "./groups/route-tampering.ts";
import { denialEvasion } from "./groups/denial-evasion.ts";
import { stageTricks } from "./groups/stage-tricks.ts";

export const ATTACK_GROUPS: readonly AttackGroup[] = [
  { name: "forging", attacks: forging },
  { name: "encoding", attacks: encoding },
  { name: "header tricks", attacks: headerTricks },
  {
    name: "claim confusion",
    attacks: [
      ...registeredClaims,
      ...tenantClaims,
      ...tenantRules,
      ...prototypePollution,
    ],
  },
  { name: "key-set tricks", attacks: [...keySetTricks, ...keySetChanges] },
  {
    name: "record tampering",
    attacks: [...recordTampering, ...routeTampering],
  },
  {
    name: "path tricks",
    attacks: [...pathTricks, ...denialEvasion, ...stageTricks],
  },
  { name: "context injection", attacks: contextInjection },
];
