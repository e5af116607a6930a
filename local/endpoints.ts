import { renameSync, rmSync, writeFileSync } from "node:fs";

/** What `.local/endpoints.json` tells other programs about the run. */
export interface Endpoints {
  /** The API's base URL with its stage and without a slash at the end. */
  readonly gateway: string;
  /** What the ARN of every request to it begins with: `arn:…:{apiId}/{stage}`. */
  readonly stageArn: string;
  /** `iss`, with the trailing slash. */
  readonly issuer: string;
  /** The same issuer over plain http, for browsers: no slash at the end. */
  readonly browserIssuer: string;
  /** Where applications get their tokens, over plain http: OAuth 2.0's token endpoint. */
  readonly oauthToken: string;
  /** The value of `AWS_ENDPOINT_URL_DYNAMODB`. */
  readonly dynamodb: string;
  /** API Gateway's control plane, the value of `AWS_ENDPOINT_URL_API_GATEWAY`. */
  readonly apiGateway: string;
  /** Where the stack pretends to be deployed. */
  readonly region: string;
  /** The table of tenant records. */
  readonly tableName: string;
  /** The claim that names the tenant, and the table's partition key. */
  readonly tenantClaim: string;
  /** The identifier of the API that tokens are for. */
  readonly audience: string;
  /** The switches: `GET /status`, `POST /table/down`, … */
  readonly control: string;
  /** The page to look at the run with. */
  readonly console: string;
  /** Where a single-page application is expected; `npm run example:spa` serves one there. */
  readonly spaOrigin: string;
  /** A web origin that the stack lets call the API, or `*`; absent without CORS. */
  readonly corsOrigin?: string;
  /** The file to trust for https to the issuer. */
  readonly caCertificate: string;
  /** One entry for each application; two of them may share a tenant. */
  readonly tenants: readonly EndpointTenant[];
  /** The names of the usage plans; none without plans. */
  readonly plans: readonly string[];
}

/** An application that the issuer gives tokens to, and the tenant whose it is. */
export interface EndpointTenant {
  /** The tenant that its tokens stand for. */
  readonly tenantId: string;
  /** Its name. */
  readonly application: string;
  /** OAuth 2.0's `client_id`. */
  readonly clientId: string;
  /** OAuth 2.0's `client_secret`; the same at every start. */
  readonly clientSecret: string;
  /** False of a single-page application. */
  readonly isConfidential: boolean;
  /** The tenant's organization id. */
  readonly organization: string;
  /** `active` or `suspended`, as the run begins. */
  readonly status: string;
  /** What the record opens, as the run begins. */
  readonly routes: readonly string[];
}

/** Replaces the file in one step: a reader sees all of it or none. */
export function writeEndpoints(file: string, endpoints: Endpoints): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(endpoints, null, 2)}\n`);
  renameSync(draft, file);
}

export function removeEndpoints(file: string): void {
  rmSync(file, { force: true });
}
