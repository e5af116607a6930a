/** Who there is, and whose access changes. */

/** `GET /api/tenants` */
export interface TenantsView {
  readonly tenants: readonly TenantView[];
  readonly applications: readonly ApplicationView[];
  /** Requests that the records' routes speak of. */
  readonly samples: readonly SampleRequest[];
  /** The claim that names the tenant: the table's key. */
  readonly tenantClaim: string;
  /** Why what is shown may be out of date. */
  readonly problem?: string;
}

export interface TenantView {
  readonly tenantId: string;
  readonly records: readonly RecordView[];
}

/** A row as it stands, good or broken: what is not text where text belongs is shown as JSON. */
export interface RecordView {
  readonly key: string;
  readonly application?: string;
  readonly status: string;
  readonly routes: readonly string[];
  /** The other attributes, as text. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
}

/** Whoever can be given a token. */
export interface ApplicationView {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly users: readonly string[];
}

export interface SampleRequest {
  readonly method: string;
  readonly path: string;
  /** Whose routes grant it. */
  readonly tenantIds: readonly string[];
}

/** `POST /api/tenants/access` */
export interface AccessChangeInput {
  readonly tenantId: string;
  readonly change: ChangeKind;
}

export const CHANGE_KINDS = ["suspend", "resume", "log_out"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** A change of a tenant's access, and when it was seen to take effect. */
export interface AccessChange {
  readonly id: number;
  readonly tenantId: string;
  readonly change: ChangeKind;
  readonly writtenAtMs: number;
  readonly records: number;
  /** The request that watches for it. */
  readonly probe?: string;
  readonly answerBefore?: string;
  readonly flushedAfterMs?: number;
  readonly effectAfterMs?: number;
  readonly answerNow?: string;
  readonly state: "waiting" | "seen" | "not_seen" | "not_watched";
  readonly note?: string;
}
