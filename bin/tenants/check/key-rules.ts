/** The key against what tokens carry under the claim. Also asked of broken records, which have a key as well. */
import { isIdentifier } from "../../../lambda/core/claims.ts";
import type { Row } from "../records/row.ts";
import { type Flaw, flaw } from "./finding.ts";

interface Lookalike {
  readonly looksLike: (key: string) => boolean;
  readonly message: string;
}

const ORGANIZATION: Lookalike = {
  looksLike: (key) => key.startsWith("org_"),
  message: "is an organization id, but tokens are looked up by azp",
};

/** What people paste in place of a client id or an organization id. */
const LOOKALIKES: Readonly<Record<string, readonly Lookalike[]>> = {
  azp: [
    ORGANIZATION,
    {
      looksLike: (key) => key.endsWith("@clients"),
      message: "is a machine token's sub: azp is the part before @clients",
    },
    {
      looksLike: (key) => key.includes("|"),
      message: "is a user's sub, not an application's client id",
    },
    {
      looksLike: (key) => /^https?:/.test(key),
      message: "is a URL, as an issuer or an API has, not a client id",
    },
  ],
  org_id: [
    {
      looksLike: (key) => !key.startsWith("org_"),
      message: "does not begin with org_, as organization ids do",
    },
  ],
};

export function findKeyFlaws(
  { key }: Row,
  tenantClaim: string,
): readonly Flaw[] {
  if (!isIdentifier(key)) {
    return [
      flaw(
        "key_unmatchable",
        tenantClaim,
        /\s/.test(key)
          ? "holds a blank or a line break: no token can carry it"
          : "holds characters that the claim may not have: no token can carry it",
      ),
    ];
  }
  return (LOOKALIKES[tenantClaim] ?? [])
    .filter(({ looksLike }) => looksLike(key))
    .map(({ message }) => flaw("key_of_wrong_kind", tenantClaim, message));
}
