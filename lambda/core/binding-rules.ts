/** A record's `require`: what else a token must say before the record is its own. */
import { type JsonObject, own } from "./json.ts";
import type { BindingRule } from "./tenant-record.ts";

/**
 * The first rule that does not hold. A rule holds when the claim is the token's own, a scalar, and strictly equal
 * to one of the values: `"1"` is not `1`, an array that contains the value is not the value.
 */
export function findBrokenRule(
  rules: readonly BindingRule[],
  claims: JsonObject,
): BindingRule | undefined {
  return rules.find(({ claim, anyOf }) => {
    const value = own(claims, claim);
    return !anyOf.some((expected) => expected === value);
  });
}
