/** A tenant id that has been parsed: safe in an ARN, a path, a header and a log. */
export type TenantId = string & { readonly __brand: "TenantId" };

const TENANT_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** The tenant id, or `undefined` outside `[A-Za-z0-9][A-Za-z0-9_-]{0,63}`. */
export function parseTenantId(value: unknown): TenantId | undefined {
  return typeof value === "string" && TENANT_ID.test(value)
    ? (value as TenantId)
    : undefined;
}
