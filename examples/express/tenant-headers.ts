/**
 * Who is calling, as the gateway says it: the three headers that it sets on every request, in place of whatever the
 * client sent under those names. They are worth as much as the way they came: a caller who reaches this server past
 * the gateway writes them too (docs/backends.md).
 */
export interface Tenant {
  readonly tenantId: string;
  /** The Auth0 application. */
  readonly clientId: string;
  readonly subject: string;
}

export type TenantHeaderRefusal =
  "tenant_header_missing" | "tenant_header_doubled" | "tenant_header_malformed";

export type TenantOutcome =
  | { readonly ok: true; readonly tenant: Tenant }
  | { readonly ok: false; readonly reason: TenantHeaderRefusal };

/** Lower-case names, and what the authorizer lets through as their values. No grammar takes two joined by a comma… */
const TENANT_ID = {
  name: "x-tenant-id",
  grammar: /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
};
const CLIENT_ID = {
  name: "x-tenant-client",
  grammar: /^[A-Za-z0-9_.|:@/-]{1,256}$/,
};
/** … but this one: a subject may hold a comma. Only the list of raw headers tells that it was sent twice. */
const SUBJECT = {
  name: "x-tenant-subject",
  grammar: /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/,
};

/**
 * Refuses rather than picks: of two values, one is somebody else's.
 *
 * @param rawHeaders Node's `request.rawHeaders`: names and values in turn, nothing joined or dropped
 */
export function parseTenant(rawHeaders: readonly string[]): TenantOutcome {
  const tenantId = readHeader(rawHeaders, TENANT_ID);
  if (!tenantId.ok) return tenantId;
  const clientId = readHeader(rawHeaders, CLIENT_ID);
  if (!clientId.ok) return clientId;
  const subject = readHeader(rawHeaders, SUBJECT);
  if (!subject.ok) return subject;
  return {
    ok: true,
    tenant: {
      tenantId: tenantId.value,
      clientId: clientId.value,
      subject: subject.value,
    },
  };
}

type HeaderOutcome =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly reason: TenantHeaderRefusal };

function readHeader(
  rawHeaders: readonly string[],
  { name, grammar }: { readonly name: string; readonly grammar: RegExp },
): HeaderOutcome {
  const found = findAlike(rawHeaders, name);
  const [only] = found;
  if (found.length > 1) return { ok: false, reason: "tenant_header_doubled" };
  // A lookalike alone is not the header that the gateway sets.
  if (only?.name.toLowerCase() !== name) {
    return { ok: false, reason: "tenant_header_missing" };
  }
  return grammar.test(only.value)
    ? { ok: true, value: only.value }
    : { ok: false, reason: "tenant_header_malformed" };
}

interface RawHeader {
  readonly name: string;
  readonly value: string;
}

/**
 * Every header that some server would read under this name: in any letter case, and with `_` or another sign for `-`.
 * CGI's rules make one variable of `X-Tenant-Id` and `X_Tenant_Id` (RFC 3875 §4.1.18), and this code may be moved
 * behind a server that keeps to them. The gateway replaces the header of the exact name and lets the others pass.
 */
export function findAlike(
  rawHeaders: readonly string[],
  name: string,
): readonly RawHeader[] {
  return rawHeaders.flatMap((own, index) =>
    index % 2 === 0 && own.toLowerCase().replaceAll(/[^a-z0-9]/g, "-") === name
      ? [{ name: own, value: rawHeaders[index + 1] ?? "" }]
      : [],
  );
}
