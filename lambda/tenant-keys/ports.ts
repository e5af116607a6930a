/** What the function needs of the world. */

/** An API key, without its value. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** Since when nobody is in its seat, in epoch milliseconds; `undefined` while somebody is. */
  readonly unusedSinceMs: number | undefined;
}

/** API Gateway's control plane. Everything but what is said here rejects with a KeysError. */
export interface ApiKeys {
  /** The key of this name and value. */
  readonly find: (name: string, value: string) => Promise<ApiKey | undefined>;
  /** All whose names begin like this. */
  readonly list: (prefix: string) => Promise<readonly ApiKey[]>;
  /** The ids of the keys that are in the plan. */
  readonly listPlan: (planId: string) => Promise<ReadonlySet<string>>;
  /** @returns its id; `limit` when the account has as many as it may, `exists` when another call was faster */
  readonly create: (
    name: string,
    value: string,
  ) => Promise<ApiKey | "limit" | "exists">;
  /** Done as well when it is in the plan already. */
  readonly attach: (keyId: string, planId: string) => Promise<void>;
  readonly markUnused: (
    keyId: string,
    sinceMs: number | undefined,
  ) => Promise<void>;
  /** Done as well when it is gone already. */
  readonly remove: (keyId: string) => Promise<void>;
}

/** The tenant table. */
export interface TenantRows {
  /** Every row, as it is now: key, tenantId, plan and usageKey of it. */
  readonly scan: () => Promise<readonly unknown[]>;
  /** Writes `usageKey` into the row if it still has the one named as the old. @returns whether it had */
  readonly confirm: (
    key: string,
    usageKey: string,
    oldUsageKey: string | undefined,
  ) => Promise<boolean>;
}

/** What one invocation came to. */
export interface KeysReport {
  readonly keysMade: number;
  readonly keysRemoved: number;
  readonly rowsConfirmed: number;
  /** Rows whose tenants stay with the shared key, because the account has as many keys as it may. */
  readonly rowsOverLimit: number;
  /** Rows that a sweep had no time for; the next one goes on with them. */
  readonly rowsLeft: number;
}
