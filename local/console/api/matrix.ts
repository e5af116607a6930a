/** What opens for whom. */
import type { SampleRequest } from "./tenants.ts";

/** `POST /api/matrix` */
export interface MatrixView {
  readonly requests: readonly SampleRequest[];
  readonly rows: readonly MatrixRow[];
  /** Records and requests that were left out because there are too many. */
  readonly omittedApplications: number;
  readonly omittedRequests: number;
}

export interface MatrixRow {
  readonly tenantId: string;
  readonly application: string;
  readonly username?: string;
  /** Why this application's token opens nothing at all. */
  readonly reason?: string;
  /** One for each request. */
  readonly cells: readonly MatrixCell[];
}

/** `foreign`: open, although none of the tenant's own routes names the request. */
export type MatrixCell = "allow" | "deny" | "foreign" | "error";
