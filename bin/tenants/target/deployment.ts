/** What the command knows of the API whose tenants it keeps: from the stack, from the local run, or nothing. */
import type { StageArn } from "../../../lambda/core/method-arn.ts";

export interface Deployment {
  /** For messages: `stack TenantApi`, `the local run`. */
  readonly name: string;
  readonly tableName: string;
  readonly stage: StageArn | undefined;
  /** Where the API is served, stage included. */
  readonly apiUrl: string | undefined;
  readonly authorizer: AuthorizerSettings;
  /** The API's own routes; `undefined` where they cannot be seen. */
  readonly findApiRoutes: () => Promise<readonly ApiRoute[] | undefined>;
  /** The names of the stage's usage plans. */
  readonly findPlans: () => Promise<readonly string[] | undefined>;
}

/** `undefined` where a setting cannot be seen. */
export interface AuthorizerSettings {
  readonly tenantClaim: string | undefined;
  readonly issuers: readonly string[] | undefined;
  readonly audiences: readonly string[] | undefined;
  readonly defaultRoutes: readonly string[] | undefined;
  readonly clockToleranceSeconds: number;
  readonly maxTokenLifetimeSeconds: number;
}

/** One method of a resource of the API. */
export interface ApiRoute {
  /** As API Gateway names it; `ANY` for all that the resource does not name. */
  readonly method: string;
  /** With `{parameters}`. */
  readonly path: string;
}
