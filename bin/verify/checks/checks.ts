import { keptApart, keptForAllRoutes } from "./caching.ts";
import type { Check } from "./check.ts";
import { type ExpirySeen, createExpiryCheck } from "./expiry.ts";
import {
  badTokens,
  changedClaims,
  otherKey,
  publicKeyAsSecret,
  spellings,
  unsigned,
} from "./forged-tokens.ts";
import { otherPlaces, overrides, tenantHeaders, twoTokens } from "./headers.ts";
import { malformedHeaders } from "./malformed-headers.ts";
import { outage } from "./outage.ts";
import { pathTricks } from "./path-tricks.ts";
import { type OpenRow, createSuspensionCheck } from "./suspension.ts";
import { crossTenant, neighbours, ownRoutes } from "./tenants-apart.ts";
import { challenge, cors, noToken } from "./without-token.ts";

/** In the order in which they run: what empties the gateway's cache comes last. */
export function createChecks(options: {
  readonly onExpirySeen: (seen: ExpirySeen) => void;
  readonly openRow?: OpenRow;
}): readonly Check[] {
  return [
    ownRoutes,
    noToken,
    challenge,
    cors,
    crossTenant,
    neighbours,
    keptForAllRoutes,
    keptApart,
    unsigned,
    otherKey,
    publicKeyAsSecret,
    changedClaims,
    badTokens,
    spellings,
    malformedHeaders,
    pathTricks,
    twoTokens,
    tenantHeaders,
    overrides,
    otherPlaces,
    createExpiryCheck(options.onExpirySeen),
    outage,
    createSuspensionCheck(options.openRow),
  ];
}
