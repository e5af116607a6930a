import { request } from "node:https";
import { text } from "node:stream/consumers";
import {
  createCertificate,
  type Certificate,
} from "../../../local/issuer/certificate.ts";
import type { Directory } from "../../../local/issuer/directory.ts";
import {
  createIssuer,
  type LocalIssuer,
} from "../../../local/issuer/issuer.ts";

export const AUDIENCE = "https://api.example.test";

export const MACHINE = {
  clientId: "machine0000000000000000000000000",
  clientSecret: "machine secret",
  name: "machine",
  isConfidential: true,
  scopes: ["read:orders", "write:orders"],
  organizations: ["org_acme"],
  callbacks: [],
  allowedLogoutUrls: [],
  webOrigins: [],
  customClaims: { "https://example.test/tenant": "acme" },
};

export const SPA_ORIGIN = "http://localhost:4014";

export const SPA = {
  ...MACHINE,
  clientId: "spa00000000000000000000000000000",
  clientSecret: "spa secret",
  name: "Acme <web> app",
  isConfidential: false,
  callbacks: [SPA_ORIGIN, `${SPA_ORIGIN}/callback?from=issuer`],
  allowedLogoutUrls: [`${SPA_ORIGIN}/bye`, SPA_ORIGIN],
  webOrigins: [SPA_ORIGIN],
};

/** A web application with a backend, which keeps a secret. */
export const WEB = {
  ...MACHINE,
  clientId: "web00000000000000000000000000000",
  clientSecret: "web secret",
  name: "Acme portal",
  organizations: ["org_acme", "org_acme_labs"],
  callbacks: ["https://portal.acme.test/callback"],
};

export const OTHER_SPA = {
  ...SPA,
  clientId: "other000000000000000000000000000",
  name: "Globex web app",
  organizations: ["org_globex"],
};

export const USER = {
  userId: "auth0|6553da60a54af58e29493993",
  username: "ada@acme.test",
  password: "ada",
  permissions: ["read:orders"],
  organizations: ["org_acme"],
};

export const LAB_USER = {
  userId: "auth0|lab",
  username: "lise@acme.test",
  password: "lise",
  permissions: [],
  organizations: ["org_acme", "org_acme_labs"],
};

/** Of another connection. */
export const OTHER_USER = {
  userId: "auth0|other",
  username: "hank@globex.test",
  password: "hank",
  permissions: [],
  organizations: ["org_globex"],
};

export const DIRECTORY: Directory = {
  apis: [
    {
      identifier: AUDIENCE,
      scopes: ["read:orders", "write:orders"],
      tokenDialect: "access_token_authz",
      tokenLifetimeSeconds: 86_400,
    },
    {
      identifier: "https://plain.example.test",
      scopes: ["read:orders", "write:orders"],
      tokenDialect: "access_token",
      tokenLifetimeSeconds: 600,
    },
  ],
  applications: [MACHINE, SPA, WEB, OTHER_SPA],
  users: [USER, LAB_USER, OTHER_USER],
};

export interface FixtureIssuer {
  readonly issuer: LocalIssuer;
  readonly certificate: Certificate;
}

/** @param now milliseconds since the epoch */
export async function startFixtureIssuer(
  now: () => number = Date.now,
): Promise<FixtureIssuer> {
  const certificate = await createCertificate();
  const issuer = await createIssuer({
    port: 0,
    certificate,
    directory: DIRECTORY,
    now,
  });
  return { issuer, certificate };
}

export interface JsonAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** `POST /oauth/token`; a string goes as a form, an object as JSON. */
export function requestToken(
  issuer: LocalIssuer,
  parameters: string | Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<JsonAnswer> {
  return postJson(issuer.tokenUrl, parameters, headers);
}

export async function postJson(
  url: string,
  parameters: string | Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<JsonAnswer> {
  const isForm = typeof parameters === "string";
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": isForm
        ? "application/x-www-form-urlencoded"
        : "application/json",
      ...headers,
    },
    body: isForm ? parameters : JSON.stringify(parameters),
  });
  const answer = await response.text();
  const body = JSON.parse(answer || "{}") as JsonAnswer["body"];
  return { status: response.status, body };
}

/** GET over TLS, trusting what is given and nothing else. */
export function getJson(url: string, ca: string): Promise<JsonAnswer> {
  return new Promise((resolve, reject) => {
    request(url, { ca, agent: false }, (response) => {
      text(response).then((body) => {
        const parsed = JSON.parse(body) as JsonAnswer["body"];
        resolve({ status: response.statusCode ?? 0, body: parsed });
      }, reject);
    })
      .on("error", reject)
      .end();
  });
}
