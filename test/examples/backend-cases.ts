/** What every example backend must do, whatever it is written in. Each case is the baseline with one change. */
import type { Header } from "./send.ts";

/** Not a seeded user: what is printed can be searched for it. */
export const SUBJECT = "auth0|5f7c8ec7c33c6c004bbafe82";
/** The client id of the seed's "Acme import". */
export const CLIENT_ID = "OL8dKLzdocJ2isAjIhKtJ0RlgLKOmxgJ";

const TENANT_ID: Header = ["X-Tenant-Id", "acme"];
const TENANT_CLIENT: Header = ["X-Tenant-Client", CLIENT_ID];
const TENANT_SUBJECT: Header = ["X-Tenant-Subject", SUBJECT];

/** As the gateway sends them for Acme. */
export const TENANT_HEADERS: readonly Header[] = [
  TENANT_ID,
  TENANT_CLIENT,
  TENANT_SUBJECT,
];

const without = (name: string): readonly Header[] =>
  TENANT_HEADERS.filter(([own]) => own !== name);

/** In the first one's place, so that neither "the first counts" nor "the last counts" can hide a fault. */
const replaced = (name: string, ...headers: readonly Header[]) =>
  TENANT_HEADERS.flatMap((own): readonly Header[] =>
    own[0] === name ? headers : [own],
  );

const ids = (...values: readonly string[]): readonly Header[] =>
  replaced(
    "X-Tenant-Id",
    ...values.map((value): Header => ["X-Tenant-Id", value]),
  );

export interface RefusedHeaders {
  readonly name: string;
  readonly headers: readonly Header[];
  readonly error: string;
}

/** Sent straight to the backend on `/acme/orders`; each is a 403. */
export const REFUSED_HEADERS: readonly RefusedHeaders[] = [
  ...["X-Tenant-Id", "X-Tenant-Client", "X-Tenant-Subject"].map((name) => ({
    name: `without ${name}`,
    headers: without(name),
    error: "tenant_header_missing",
  })),
  {
    name: "with X_Tenant_Id in the place of X-Tenant-Id",
    headers: replaced("X-Tenant-Id", ["X_Tenant_Id", "acme"]),
    error: "tenant_header_missing",
  },
  ...TENANT_HEADERS.map(([name, value]) => ({
    name: `with ${name} twice, both times the same`,
    headers: [...TENANT_HEADERS, [name, value] as const],
    error: "tenant_header_doubled",
  })),
  {
    name: "with another tenant's id first",
    headers: ids("globex", "acme"),
    error: "tenant_header_doubled",
  },
  {
    name: "with another tenant's id last",
    headers: ids("acme", "globex"),
    error: "tenant_header_doubled",
  },
  {
    name: "with an empty second id",
    headers: ids("acme", ""),
    error: "tenant_header_doubled",
  },
  ...[
    "x-tenant-id",
    "X-TENANT-ID",
    "X_Tenant_Id",
    "x_tenant_id",
    "X-Tenant_Id",
    "X.Tenant.Id",
  ].map((name) => ({
    name: `with ${name} beside X-Tenant-Id`,
    headers: [...TENANT_HEADERS, [name, "globex"] as const],
    error: "tenant_header_doubled",
  })),
  ...[
    ["two ids joined by a comma", "acme,globex"],
    ["two ids joined by a comma and a blank", "acme, acme"],
    ["an empty id", ""],
    ["the sign for no tenant", "-"],
    ["an id that begins with a hyphen", "-acme"],
    ["an id with a blank in it", "ac me"],
    ["an id with a slash", "acme/orders"],
    ["an id in percent-encoding", "%61cme"],
    ["an id with a dot", "acme.globex"],
    ["an id with a letter that is not ASCII", "acmé"],
    ["an id of 65 characters", "a".repeat(65)],
  ].map(([name = "", value = ""]) => ({
    name: `with ${name}`,
    headers: ids(value),
    error: "tenant_header_malformed",
  })),
  {
    name: "with two client ids joined by a comma",
    headers: replaced("X-Tenant-Client", [
      "X-Tenant-Client",
      `${CLIENT_ID},${CLIENT_ID}`,
    ]),
    error: "tenant_header_malformed",
  },
  {
    name: "with an empty client id",
    headers: replaced("X-Tenant-Client", ["X-Tenant-Client", ""]),
    error: "tenant_header_malformed",
  },
  {
    name: "with an empty subject",
    headers: replaced("X-Tenant-Subject", ["X-Tenant-Subject", ""]),
    error: "tenant_header_malformed",
  },
  {
    name: "with a subject of 256 characters",
    headers: replaced("X-Tenant-Subject", [
      "X-Tenant-Subject",
      "s".repeat(256),
    ]),
    error: "tenant_header_malformed",
  },
];

/** The edges of what is let in: sent straight to the backend, each is a 200 on the tenant's own path. */
export const ACCEPTED_HEADERS: readonly {
  readonly name: string;
  readonly headers: readonly Header[];
}[] = [
  { name: "as the gateway sends them", headers: TENANT_HEADERS },
  {
    name: "in lower case, as HTTP/2 has them",
    headers: TENANT_HEADERS.map(([name, value]) => [name.toLowerCase(), value]),
  },
  {
    name: "with a subject that holds a comma and a blank",
    headers: replaced("X-Tenant-Subject", ["X-Tenant-Subject", "ad|a, b"]),
  },
];

/** Paths that contradict `X-Tenant-Id: acme`; each is a 403 `tenant_mismatch`. */
export const FOREIGN_PATHS: readonly string[] = [
  "/globex/invoices",
  "/%67lobex/invoices",
  "/ACME/orders",
  "/acme%20/orders",
  "/initech/tps",
];

/** Of each tenant one route, and what marks the answer as its own. */
export const OWN_DATA: readonly {
  readonly application: string;
  readonly tenantId: string;
  readonly path: string;
  readonly marker: string;
}[] = [
  {
    application: "Acme import",
    tenantId: "acme",
    path: "/acme/orders",
    marker: "anvil",
  },
  {
    application: "Acme import",
    tenantId: "acme",
    path: "/acme/reports/2026/q1",
    marker: "quarter",
  },
  {
    application: "Globex import",
    tenantId: "globex",
    path: "/globex/invoices",
    marker: "G-77",
  },
  {
    application: "Globex import",
    tenantId: "globex",
    path: "/globex/invoices/G-77",
    marker: "G-77",
  },
  {
    application: "Umbrella lab",
    tenantId: "umbrella",
    path: "/umbrella/samples/1",
    marker: "minus 80 degrees",
  },
];

export interface ForgedHeaders {
  readonly name: string;
  readonly headers: readonly Header[];
}

const forged = (
  name: string,
  ...headers: readonly Header[]
): ForgedHeaders => ({
  name,
  headers,
});

/** Sent to the gateway beside a good token of Acme's: the backend must answer as if they were not there. */
export const OVERRIDDEN_HEADERS: readonly ForgedHeaders[] = [
  ...["X-Tenant-Id", "x-tenant-id", "X-TENANT-ID", "x-TeNaNt-iD"].map((name) =>
    forged(name, [name, "globex"]),
  ),
  forged(
    "X-Tenant-Id twice",
    ["X-Tenant-Id", "globex"],
    ["X-Tenant-Id", "initech"],
  ),
  forged(
    "X-Tenant-Id in two letter cases",
    ["X-Tenant-Id", "globex"],
    ["x-tenant-id", "globex"],
  ),
  forged("ids joined by a comma", ["X-Tenant-Id", "acme, globex"]),
  forged("blanks and tabs around the id", ["X-Tenant-Id", " \t globex \t "]),
  forged("an empty id", ["X-Tenant-Id", ""]),
  forged(
    "an id nominated as the connection's own",
    ["X-Tenant-Id", "globex"],
    ["Connection", "X-Tenant-Id"],
  ),
  forged("X-Tenant-Client", [
    "X-Tenant-Client",
    "TeKdNnFRIBXuDL7DxtpYlSXpfKtHF4vU",
  ]),
  forged("X-Tenant-Subject", ["x-tenant-subject", "auth0|somebody-else"]),
];

/** Sent to the gateway beside a good token of Acme's: it lets them pass, and the backend refuses to guess. */
export const LOOKALIKE_HEADERS: readonly ForgedHeaders[] = [
  "X_Tenant_Id",
  "x_tenant_id",
  "X-Tenant_Id",
  "X_TENANT_CLIENT",
  "X_Tenant_Subject",
].map((name) => forged(name, [name, "globex"]));

/** Lines that are no proper header, in the place of `X-Tenant-Id`. */
export const MISSHAPEN_HEADERS: readonly {
  readonly name: string;
  readonly lines: readonly string[];
}[] = [
  // RFC 9112 §5.1: no blank between name and colon, because some have read it as the header and some have not.
  { name: "a blank before the colon", lines: ["X-Tenant-Id : acme"] },
  { name: "a tab before the colon", lines: ["X-Tenant-Id\t: acme"] },
  { name: "a blank before the name", lines: [" X-Tenant-Id: acme"] },
  // RFC 9112 §5.2.
  {
    name: "a value that goes on in the next line",
    lines: ["X-Tenant-Id: acme", " globex"],
  },
  { name: "a zero byte", lines: ["X-Tenant-Id: acme\0"] },
];
