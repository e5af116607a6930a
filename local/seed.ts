/**
 * The tenants of a fresh local run: the rows of the table, and the applications and users of the issuer. Ids and
 * secrets are fixed, so that a curl line in a shell's history still works tomorrow.
 */
import type { EndpointTenant } from "./endpoints.ts";
import type { Application, Directory, User } from "./issuer/directory.ts";
import type { Item } from "./table/create-tables.ts";

export interface SeedApplication {
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** False of a single-page application, which users sign in to. */
  readonly isConfidential: boolean;
}

export interface SeedTenant {
  readonly tenantId: string;
  readonly status: "active" | "suspended";
  readonly organization: string;
  readonly applications: readonly SeedApplication[];
  readonly routes: readonly string[];
  readonly user?: Pick<User, "userId" | "username" | "permissions">;
  /** The record's further attributes. */
  readonly attributes?: Item;
}

export const SEED_TENANTS: readonly SeedTenant[] = [
  {
    tenantId: "acme",
    status: "active",
    organization: "org_FdnXsiVpzz63FfkC",
    applications: [
      {
        name: "Acme import",
        clientId: "OL8dKLzdocJ2isAjIhKtJ0RlgLKOmxgJ",
        clientSecret: "acme-import-local-secret",
        isConfidential: true,
      },
      {
        name: "Acme web app",
        clientId: "u8jzPde0IgxLd6GncfBAepfJBd0Kh8oO",
        clientSecret: "acme-web-local-secret",
        isConfidential: false,
      },
    ],
    routes: [
      "GET,POST /acme/orders",
      "* /acme/reports/*",
      "!* /acme/reports/drafts/*",
      "DELETE /acme/users/* delete:users",
    ],
    user: {
      userId: "auth0|1ecccc3fc1626e53a13043b0",
      username: "ada@acme.test",
      permissions: ["delete:users"],
    },
    attributes: { context: { M: { tier: { S: "gold" } } } },
  },
  {
    tenantId: "globex",
    status: "active",
    organization: "org_zJr4i0B3JrTAwR4y",
    applications: [
      {
        name: "Globex import",
        clientId: "TeKdNnFRIBXuDL7DxtpYlSXpfKtHF4vU",
        clientSecret: "globex-import-local-secret",
        isConfidential: true,
      },
      {
        name: "Globex web app",
        clientId: "mzI4EJV8wN34RfP1LCO5fq761ZOozKt2",
        clientSecret: "globex-web-local-secret",
        isConfidential: false,
      },
    ],
    routes: ["GET /globex/invoices", "* /globex/invoices/*"],
    user: {
      userId: "auth0|fa68f35e35c3be287f5f8825",
      username: "hank@globex.test",
      permissions: [],
    },
  },
  {
    tenantId: "initech",
    status: "suspended",
    organization: "org_9ojfljoQoaF1Llqs",
    applications: [
      {
        name: "Initech import",
        clientId: "CsMehGAkWvj7FAc9QeWJKY40uvSwMFLZ",
        clientSecret: "initech-import-local-secret",
        isConfidential: true,
      },
      {
        name: "Initech web app",
        clientId: "Led8z4v4zle90Il5BQnRwSIHhXAH8K8V",
        clientSecret: "initech-web-local-secret",
        isConfidential: false,
      },
    ],
    routes: ["* /initech/*"],
    user: {
      userId: "auth0|727f2ad52bfbd85e5c5a0970",
      username: "peter@initech.test",
      permissions: [],
    },
  },
  {
    tenantId: "umbrella",
    status: "active",
    organization: "org_ajAIxNKu8iS2G8NP",
    applications: [
      {
        name: "Umbrella lab",
        clientId: "De1f8rESQedUStPKR0CsTy4Qwb8DwkNh",
        clientSecret: "umbrella-lab-local-secret",
        isConfidential: true,
      },
    ],
    routes: ["GET,PUT /umbrella/samples/*"],
    user: {
      userId: "auth0|26c48bbf33feff9243a8f506",
      username: "vera@umbrella.test",
      permissions: [],
    },
    // Machines only: a person who signs in to the same application is turned away.
    attributes: { require: { M: { gty: { S: "client-credentials" } } } },
  },
];

/** Every seeded user's. */
export const SEED_PASSWORD = "local";

export interface SeedOptions {
  readonly audience: string;
  readonly tenantClaim: string;
  /** Where the single-page applications are served: no path, no slash. */
  readonly spaOrigin: string;
  readonly tokenLifetimeSeconds: number;
}

export function buildDirectory(options: SeedOptions): Directory {
  const { audience, tenantClaim, spaOrigin, tokenLifetimeSeconds } = options;
  const tenants = SEED_TENANTS;
  return {
    apis: [
      {
        identifier: audience,
        scopes: ["delete:users"],
        tokenDialect: "access_token_authz",
        tokenLifetimeSeconds,
      },
    ],
    applications: tenants.flatMap(({ applications, ...tenant }) =>
      applications.map((application) => ({
        ...application,
        ...buildWebUrls(application, spaOrigin),
        scopes: [],
        organizations: [tenant.organization],
        // A namespaced claim is an Action's to add; Auth0 writes azp and org_id itself.
        customClaims: isNamespaced(tenantClaim)
          ? { [tenantClaim]: tenant.tenantId }
          : {},
      })),
    ),
    users: tenants.flatMap(({ user, organization }) =>
      user === undefined
        ? []
        : [{ ...user, password: SEED_PASSWORD, organizations: [organization] }],
    ),
  };
}

/** All of one origin: the sample application is told at its sign-in which of the tenants' it is. */
function buildWebUrls(
  { isConfidential }: SeedApplication,
  spaOrigin: string,
): Pick<Application, "callbacks" | "allowedLogoutUrls" | "webOrigins"> {
  const urls = isConfidential ? [] : [spaOrigin];
  return { callbacks: urls, allowedLogoutUrls: urls, webOrigins: urls };
}

/** The rows for a table whose partition key is `tenantClaim`. */
export function buildItems(tenantClaim: string): readonly Item[] {
  return SEED_TENANTS.flatMap((tenant) =>
    findKeys(tenant, tenantClaim).map((key) => ({
      [tenantClaim]: { S: key },
      tenantId: { S: tenant.tenantId },
      status: { S: tenant.status },
      routes: { SS: [...tenant.routes] },
      ...tenant.attributes,
    })),
  );
}

/** What the tenant claim says in this tenant's tokens; one value for each application when it is `azp`. */
function findKeys(tenant: SeedTenant, tenantClaim: string): readonly string[] {
  if (tenantClaim === "azp") {
    return tenant.applications.map(({ clientId }) => clientId);
  }
  return [isNamespaced(tenantClaim) ? tenant.tenantId : tenant.organization];
}

function isNamespaced(tenantClaim: string): boolean {
  return tenantClaim !== "azp" && tenantClaim !== "org_id";
}

/** The seed as `endpoints.json` tells it. */
export function describeTenants(): readonly EndpointTenant[] {
  return SEED_TENANTS.flatMap(({ applications, ...tenant }) =>
    applications.map(({ name, ...application }) => ({
      tenantId: tenant.tenantId,
      application: name,
      clientId: application.clientId,
      clientSecret: application.clientSecret,
      isConfidential: application.isConfidential,
      organization: tenant.organization,
      status: tenant.status,
      routes: tenant.routes,
    })),
  );
}
