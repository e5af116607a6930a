/** The bundled handler in this process, once per configuration: a module of its own each, with caches of its own. */
import { pathToFileURL } from "node:url";
import { trustCertificate } from "../../test/support/tls-server.ts";
import { AUDIENCE } from "../../test/support/tokens.ts";
import { ENV } from "../../lambda/authorizer/env-names.ts";
import type { Loopback } from "./loopback.ts";
import type { PreparedToken } from "./tokens.ts";

export type Decide = (token: PreparedToken) => Promise<AllowResult>;

export interface AllowResult {
  readonly policyDocument: {
    readonly Statement: readonly { readonly Effect: string }[];
  };
}

type Handler = (
  event: object,
  invocation: { readonly awsRequestId: string },
) => Promise<AllowResult>;

let loaded = 0;

/** @returns loads a fresh copy of the bundle whose record cache lasts that long */
export function createHandlerLoader(
  file: string,
  { issuer, certificate, table }: Loopback,
): (tenantCacheSeconds: number) => Promise<Decide> {
  trustCertificate({ cert: certificate, key: "" });
  return async (tenantCacheSeconds) => {
    Object.assign(process.env, {
      [ENV.issuers]: issuer,
      [ENV.audiences]: AUDIENCE,
      [ENV.tenantTable]: "tenants",
      [ENV.tenantCacheSeconds]: String(tenantCacheSeconds),
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_ENDPOINT_URL_DYNAMODB: table,
    });
    loaded += 1;
    const module = (await import(`${pathToFileURL(file).href}?${loaded}`)) as {
      readonly handler: Handler;
    };
    return async ({ authorization }) => {
      const result = await module.handler(
        {
          type: "TOKEN",
          authorizationToken: authorization,
          methodArn: METHOD_ARN,
        },
        { awsRequestId: "8a2c1b3e-0000-4000-8000-000000000000" },
      );
      if (result.policyDocument.Statement[0]?.Effect !== "Allow") {
        throw new Error("the bundled handler did not allow");
      }
      return result;
    };
  };
}

const METHOD_ARN =
  "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/acme/orders";

/** Makes the decision's log line, as Lambda's runtime does with an object, and does not write it. */
export function logToNowhere(): void {
  console.info = (entry: unknown) => {
    const timestamp = new Date().toISOString();
    lastLine = JSON.stringify({ timestamp, level: "INFO", message: entry });
  };
}

export let lastLine = "";
