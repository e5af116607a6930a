/** Keys and key sets for the attacks, made when the first attack asks for them. */
import {
  ISSUER,
  createSigningKey,
  type SigningKey,
} from "../support/tokens.ts";
import type { KeySetAnswer } from "./deployment.ts";

export const publish =
  (answer: () => KeySetAnswer) =>
  (): Readonly<Record<string, KeySetAnswer>> => ({ [ISSUER]: answer() });

export const lazyKey = (
  name: string,
  options: Parameters<typeof createSigningKey>[1],
): (() => SigningKey) => {
  let key: SigningKey | undefined;
  return () => (key ??= createSigningKey(name, options));
};
export const rsa1024 = lazyKey("rsa-1024", { modulusLength: 1_024 });
export const rsa2047 = lazyKey("rsa-2047", { modulusLength: 2_047 });
export const exponent3 = lazyKey("exponent-3", { publicExponent: 3 });
export const exponent65535 = lazyKey("exponent-65535", {
  publicExponent: 65_535,
});
