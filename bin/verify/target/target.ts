/** What is verified, and with what. */
import type { Route } from "../../../lambda/core/routes.ts";
import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import type { JsonObject } from "../../../lambda/core/json.ts";
import type { Limits } from "../http/budget.ts";
import type { TryRequest } from "./routes.ts";

export interface Target {
  readonly kind: "local" | "deployed";
  readonly stageUrl: URL;
  /** A web origin that may call the API; without it the CORS check is not run. */
  readonly origin: string | undefined;
  readonly tenants: readonly [TargetTenant, TargetTenant, ...TargetTenant[]];
  /** Tokens that are refused for one reason each, by what they are. */
  readonly badTokens: readonly BadToken[];
  /** A good token that ends while the run lasts. */
  readonly expiring: ExpiringToken | undefined;
  /** The issuer's public keys; `undefined` where nobody gave them. */
  readonly fetchKeys: (() => Promise<JsonObject>) | undefined;
  readonly suspension: Suspension | undefined;
  readonly outage: Outage | undefined;
  readonly bounds: Bounds;
  readonly limits: Limits;
  /** Every host that the run talks to, for the report. */
  readonly hosts: readonly string[];
}

export interface TargetTenant {
  /** The tenant id. */
  readonly name: string;
  readonly routes: readonly Route[];
  /** GET and HEAD requests that this tenant's tokens open. */
  readonly own: readonly [TryRequest, ...TryRequest[]];
  /** A good access token; the same one each time. */
  readonly token: () => Promise<string>;
  /** One that no request has been sent with; `undefined` where none can be had. */
  readonly mint: (() => Promise<string>) | undefined;
}

export const BAD_TOKEN_KINDS = [
  "expired",
  "id token",
  "other audience",
  "other issuer",
] as const;
export type BadTokenKind = (typeof BAD_TOKEN_KINDS)[number];

export interface BadToken {
  readonly kind: BadTokenKind;
  readonly tenant: TargetTenant;
  readonly token: () => Promise<string>;
}

export interface ExpiringToken {
  readonly tenant: TargetTenant;
  readonly token: () => Promise<string>;
}

/** Leave to suspend one tenant for some seconds, by its row. */
export interface Suspension {
  readonly tenant: TargetTenant;
  readonly tableName: string;
  /** The table's partition key, and the claim whose value it holds. */
  readonly tenantClaim: string;
  readonly client: DynamoDBClientConfig;
  /** The AWS CLI's options for the same table, for the hint when a row cannot be restored. */
  readonly cliOptions: string;
}

/** Switches of the local run. */
export interface Outage {
  readonly takeTableDown: () => Promise<void>;
  readonly bringTableUp: () => Promise<void>;
  /** A good token of an application that the table has no row for, and that nobody has seen before. */
  readonly mintUnknown: () => Promise<string>;
}

/** How long an old answer may last, in seconds. */
export interface Bounds {
  readonly suspensionSeconds: number;
  /** After a token's exp, while its answer is kept. */
  readonly expirySeconds: number;
  /** For how long after its exp the function takes a token: `CLOCK_TOLERANCE_SECONDS`. */
  readonly leewaySeconds: number;
}
