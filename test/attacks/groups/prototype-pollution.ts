/** Claims, headers and attributes that stand on Object.prototype, where some other library's bug has put them. */
import {
  CLIENT_ID,
  ISSUER,
  NOW,
  type Overrides,
} from "../../support/tokens.ts";
import {
  type Attack,
  type Expected,
  allowed,
  control,
  couldNotTell,
  forbidden,
  refused,
  withToken,
} from "../attack.ts";
import { ORG_ID, accessToken, claiming, heading } from "../baseline.ts";

/** A claim that the token lacks and that the prototype has. */
const CLAIMS: readonly (readonly [string, unknown, Expected])[] = [
  ["azp", CLIENT_ID, refused("tenant_claim_missing")],
  ["sub", "auth0|1", refused("subject_missing")],
  ["iss", ISSUER, refused("issuer_not_allowed")],
  ["iat", NOW - 60, refused("issued_at_missing")],
  ["exp", NOW + 3_600, refused("expiry_missing")],
];

const HEADERS: readonly (readonly [string, unknown, Expected])[] = [
  ["alg", "RS256", refused("algorithm_not_allowed")],
  ["kid", "key-1", refused("kid_malformed")],
];

const HARMLESS: readonly (readonly [string, unknown])[] = [
  ["crit", ["exp"]],
  ["cnf", {}],
  ["nonce", "n"],
  ["client_id", "someone else"],
  ["status", { S: "suspended" }],
  ["expiresAt", { N: "0" }],
];

const ATTRIBUTES: readonly (readonly [string, unknown])[] = [
  ["status", { S: "active" }],
  ["tenantId", { S: "acme" }],
  ["routes", { SS: ["* /*"] }],
];

const RULE: Overrides = { require: { M: { org_id: { S: ORG_ID } } } };

export const prototypePollution: readonly Attack[] = [
  ...CLAIMS.map(([name, value, expected]) =>
    withToken(
      `does not take ${name} from a polluted prototype`,
      claiming({ [name]: undefined }),
      expected,
      {
        pollution: { [name]: value },
      },
    ),
  ),
  ...HEADERS.map(([name, value, expected]) =>
    withToken(
      `does not take ${name} from a polluted prototype`,
      heading({ [name]: undefined }),
      expected,
      {
        pollution: { [name]: value },
      },
    ),
  ),
  withToken(
    "does not take client_id from a polluted prototype",
    () =>
      accessToken({ header: { typ: "at+jwt" }, claims: { azp: undefined } }),
    refused("tenant_claim_missing"),
    { pollution: { client_id: CLIENT_ID } },
  ),
  withToken(
    "does not take a claim that a record asks for from a polluted prototype",
    () => accessToken(),
    forbidden("binding_rule_failed"),
    { deployment: { record: RULE }, pollution: { org_id: ORG_ID } },
  ),
  withToken(
    "does not take permissions from a polluted prototype",
    claiming({ scope: undefined }),
    forbidden("route_not_granted"),
    {
      deployment: { record: { routes: { SS: ["GET /acme/users admin"] } } },
      pollution: { permissions: ["admin"] },
    },
  ),
  ...ATTRIBUTES.map(([name, value]) =>
    withToken(
      `does not take the record's ${name} from a polluted prototype`,
      () => accessToken(),
      couldNotTell("record_broken", name),
      {
        deployment: { record: { [name]: undefined } },
        pollution: { [name]: value },
      },
    ),
  ),
  ...HARMLESS.map(([name, value]) =>
    control(
      withToken(
        `does not mind ${name} on a polluted prototype`,
        () => accessToken(),
        allowed,
        {
          pollution: { [name]: value },
        },
      ),
    ),
  ),
];
