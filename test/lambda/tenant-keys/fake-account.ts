/** API Gateway's keys and the tenant table, in memory, as far as the function uses them. */
import { hash } from "node:crypto";
import { deriveUsageKey } from "../../../lambda/core/usage-key.ts";
import {
  RESERVE_MS,
  createTenantKeys,
} from "../../../lambda/tenant-keys/create-tenant-keys.ts";
import type {
  ApiKey,
  ApiKeys,
  KeysReport,
} from "../../../lambda/tenant-keys/ports.ts";

export const sha256 = (text: string) => hash("sha256", text, "hex");
export const RETIRE_AFTER_MS = 665_000;
const START_MS = 1_800_000_000_000;

type Row = Readonly<Record<string, { readonly S: string }>>;

export const keyValue = (tenantId: string, plan = "free") =>
  deriveUsageKey(
    { apiId: "abcdef1234", stage: "prod", tenantId, plan },
    sha256,
  );

export const row = (
  azp: string,
  tenantId: string,
  others: Readonly<Record<string, string>> = {},
): Row =>
  Object.fromEntries(
    Object.entries({ azp, tenantId, status: "active", ...others }).map(
      ([name, text]) => [name, { S: text }],
    ),
  );

export const insertion = (image: Row) => ({
  eventName: "INSERT",
  dynamodb: { NewImage: image },
});
export const change = (image: Row) => ({
  eventName: "MODIFY",
  dynamodb: { OldImage: {}, NewImage: image },
});

/** An account with one API; the table can be another's as well. */
export function createAccount({
  apiId = "abcdef1234",
  rows = new Map<string, Row>(),
} = {}) {
  const keys = new Map<string, ApiKey & { readonly value: string }>();
  const plans = new Map([
    ["planfree", new Set<string>()],
    ["planpro", new Set<string>()],
  ]);
  const calls: string[] = [];
  const reports: KeysReport[] = [];
  let nowMs = START_MS;
  let rowsBeforeTimeIsUp = Infinity;
  const state = {
    isFull: false,
    /** The next call of this name rejects. */
    failing: "",
    beforeRemoval: () => undefined as unknown,
  };

  const called = (name: string): void => {
    calls.push(name);
    if (state.failing === name) {
      state.failing = "";
      throw new Error(`${name} failed`);
    }
  };
  const api: ApiKeys = {
    find: async (name, value) => {
      called("find");
      return await Promise.resolve(
        [...keys.values()].find(
          (key) => key.name === name && key.value === value,
        ),
      );
    },
    list: async (prefix) => {
      called("list");
      return await Promise.resolve(
        [...keys.values()].filter(({ name }) => name.startsWith(prefix)),
      );
    },
    listPlan: async (planId) => {
      called("listPlan");
      return await Promise.resolve(new Set(plans.get(planId)));
    },
    create: async (name, value) => {
      called("create");
      await Promise.resolve();
      if (state.isFull) return "limit";
      if ([...keys.values()].some((key) => key.value === value)) {
        return "exists";
      }
      const key = {
        id: `key${keys.size}-${name.length}`,
        name,
        value,
        unusedSinceMs: undefined,
      };
      keys.set(key.id, key);
      return key;
    },
    attach: async (keyId, planId) => {
      called("attach");
      await Promise.resolve(plans.get(planId)?.add(keyId));
    },
    markUnused: async (keyId, unusedSinceMs) => {
      called("markUnused");
      const key = keys.get(keyId);
      if (key) keys.set(keyId, { ...key, unusedSinceMs });
      await Promise.resolve();
    },
    remove: async (keyId) => {
      called("remove");
      state.beforeRemoval();
      keys.delete(keyId);
      for (const plan of plans.values()) plan.delete(keyId);
      await Promise.resolve();
    },
  };
  const handle = createTenantKeys(
    {
      tenantTable: "tenants",
      tenantClaim: "azp",
      restApiId: apiId,
      stageName: "prod",
      planIds: new Map([
        ["free", "planfree"],
        ["pro", "planpro"],
      ]),
      defaultPlan: "free",
      retireAfterSeconds: RETIRE_AFTER_MS / 1_000,
      callsPerSecond: 3,
    },
    {
      keys: api,
      rows: {
        scan: () => Promise.resolve([...rows.values()]),
        confirm: (key, usageKey, old) => {
          const found = rows.get(key);
          if (found === undefined || found["usageKey"]?.S !== old) {
            return Promise.resolve(false);
          }
          rows.set(key, { ...found, usageKey: { S: usageKey } });
          return Promise.resolve(true);
        },
      },
      sha256,
      now: () => nowMs,
      report: (report) => reports.push(report),
    },
  );
  const invocation = {
    getRemainingTimeInMillis: () =>
      rowsBeforeTimeIsUp-- > 0 ? RESERVE_MS + 1 : RESERVE_MS,
  };
  return {
    rows,
    keys,
    plans,
    calls,
    reports,
    state,
    put: (...added: readonly Row[]) => {
      for (const one of added) rows.set(one["azp"]?.S ?? "", one);
    },
    usageKeyOf: (key: string) => rows.get(key)?.["usageKey"]?.S,
    /** Names without API and stage, each with its plans. */
    seats: () =>
      [...keys.values()].map(({ id, name }) => {
        const of = [...plans].filter(([, ids]) => ids.has(id));
        return `${name.split("/").slice(2).join("/")} in ${of.map(([plan]) => plan).join()}`;
      }),
    deliver: (...records: readonly unknown[]) =>
      handle({ Records: records }, invocation),
    sweep: () => handle({ source: "aws.events" }, invocation),
    wait: (milliseconds: number) => (nowMs += milliseconds),
    allowRows: (count: number) => (rowsBeforeTimeIsUp = count),
  };
}
