/**
 * Header values that no request has been sent with. A gateway keeps its answers by the header's value, and the scheme
 * has no letter case (RFC 9110 §11.1): `bEarer` and `Bearer` before one token are two values, so that one token is
 * enough to come as a stranger 63 times.
 */
import type { TargetTenant } from "../target/target.ts";

const SCHEME = "bearer";

export interface Authorizations {
  /** The same value each time. */
  readonly usual: (tenant: TargetTenant) => Promise<string>;
  /** A value that is new to the stage, as far as this run knows. */
  readonly fresh: (tenant: TargetTenant) => Promise<string>;
}

export function createAuthorizations(): Authorizations {
  const used = new Map<TargetTenant, number>();
  return {
    usual: async ({ token }) => `Bearer ${await token()}`,
    fresh: async (tenant) => {
      if (tenant.mint !== undefined) return `Bearer ${await tenant.mint()}`;
      const count = used.get(tenant) ?? 0;
      used.set(tenant, count + 1);
      return `${spellScheme(count)} ${await tenant.token()}`;
    },
  };
}

/** From 0 on; the usual spelling `Bearer` is left out, and after the last one they come again. */
export function spellScheme(count: number): string {
  const usual = 0b000001;
  const spellings = 2 ** SCHEME.length - 1;
  const at = count % spellings;
  const bits = at < usual ? at : at + 1;
  return Array.from(SCHEME, (letter, index) =>
    (bits & (1 << index)) === 0 ? letter : letter.toUpperCase(),
  ).join("");
}
