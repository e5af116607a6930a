/**
 * A token before it is signed, as JSON text and not as objects: names may repeat, numbers may be spelled in any
 * way, and a value need not be JSON at all.
 */
import { NOW, SUBJECT, type SigningKey } from "../support/tokens.ts";
import type { Random } from "./random.ts";
import {
  DEPLOYMENTS,
  type Deployment,
  OTHER_ISSUER,
  type Row,
  type World,
} from "./world.ts";

/** One member of a JSON object, name and value as they stand in the text. */
export interface Member {
  readonly name: string;
  readonly value: string;
}

export interface Draft {
  readonly deployment: Deployment;
  readonly row: Row;
  header: Member[];
  payload: Member[];
  signer: SigningKey;
  /** What was done to it, in order. */
  readonly steps: string[];
}

/** JSON text of a value. */
export const json = (value: unknown): string => JSON.stringify(value);

export const member = (name: string, value: unknown): Member => ({
  name: json(name),
  value: json(value),
});

type Profile = "auth0" | "rfc9068" | "machine" | "permissions";

/** A good token of the deployment, of any profile and for any of its records. */
export function baseDraft(
  random: Random,
  world: World,
  deployment = random.pick(DEPLOYMENTS),
): Draft {
  const { rows } = deployment;
  // Every other one for the first, whose record is in good order.
  const row = random.pick(random.chance(0.5) ? rows.slice(0, 1) : rows);
  const profile = random.weighted<Profile>([
    [5, "auth0"],
    [3, "rfc9068"],
    [1, "machine"],
    [2, "permissions"],
  ]);
  // Now and then one of the deployment's issuers vouches for the record of another.
  const issuer = random.chance(0.9)
    ? (row.issuer ?? random.pick(deployment.issuers))
    : random.pick(deployment.issuers);
  const signers = world.issuers.find(
    (known) => known.issuer === issuer,
  )?.signers;
  const signer = signers?.[0];
  if (signer === undefined) throw new Error("the issuer has no key");
  return {
    deployment,
    row,
    header: [
      member("alg", "RS256"),
      ...(profile === "rfc9068"
        ? [member("typ", "at+jwt")]
        : random.chance(0.2)
          ? []
          : [member("typ", "JWT")]),
      member("kid", signer.kid),
    ],
    payload: claimsOf(profile, deployment, row, issuer, random),
    signer,
    steps: [`${deployment.name}, ${profile} token of ${row.tenantId}`],
  };
}

function claimsOf(
  profile: Profile,
  { tenantClaim, audiences }: Deployment,
  row: Row,
  issuer: string,
  random: Random,
): Member[] {
  const clientId = tenantClaim === "azp" ? row.key : "SomeSpaClientId";
  const audience = random.pick(audiences);
  const organization =
    tenantClaim === "org_id" ? row.key : row.require?.["org_id"];
  return [
    member("iss", issuer),
    member("sub", profile === "machine" ? `${clientId}@clients` : SUBJECT),
    member(
      "aud",
      profile === "machine" ? audience : [audience, `${OTHER_ISSUER}userinfo`],
    ),
    member("iat", NOW - random.pick([60, 60, 60, 60, 60.25])),
    member("exp", NOW + 3_600),
    ...(profile === "permissions"
      ? [member("permissions", ["read:orders", "write:orders"])]
      : [
          member("scope", random.chance(0.8) ? "openid read:orders" : "openid"),
        ]),
    ...(profile === "rfc9068"
      ? [member("client_id", clientId), member("jti", "oLhS1CLxVuNxWSyN")]
      : [member("azp", clientId)]),
    ...(profile === "machine" ? [member("gty", "client-credentials")] : []),
    ...(organization === undefined ? [] : [member("org_id", organization)]),
    ...(tenantClaim === "azp" || tenantClaim === "org_id"
      ? []
      : [member(tenantClaim, row.key)]),
  ];
}

/** The text of a JSON object with these members, in this order. */
export function objectText(members: readonly Member[]): string {
  return `{${members.map(({ name, value }) => `${name}:${value}`).join(",")}}`;
}
