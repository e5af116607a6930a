/** The account's API keys, and which plans they are in: what the template has, and what is made while it runs. */
import { createHash } from "node:crypto";
import { notFound, RestJsonError } from "../control-plane/rest-json-error.ts";
import type { UsagePlan } from "./usage-plan.ts";

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export interface ApiKeyStore {
  readonly list: () => readonly ApiKey[];
  readonly listPlan: (planId: string) => readonly ApiKey[];
  readonly create: (key: Omit<ApiKey, "id">, id?: string) => ApiKey;
  readonly describe: (id: string, description: string) => ApiKey;
  readonly remove: (id: string) => void;
  readonly attach: (planId: string, keyId: string) => ApiKey;
  /** The plan that counts this key's requests to the stage; a key that is not enabled has none. */
  readonly findPlan: (stage: string, value: string) => UsagePlan | undefined;
}

/** Per account and region (developer guide, "Amazon API Gateway quotas"). */
export const MAX_KEYS = 10_000;
const VALUE = /^[A-Za-z0-9]{20,128}$/;

/** @returns a store whose functions throw a RestJsonError as API Gateway's control plane answers */
export function createApiKeyStore(
  plans: ReadonlyMap<string, UsagePlan>,
): ApiKeyStore {
  const keys = new Map<string, ApiKey>();
  const byValue = new Map<string, string>();
  /** Plan → keys. */
  const members = new Map(
    [...plans.keys()].map((id) => [id, new Set<string>()]),
  );

  const find = (id: string): ApiKey => {
    const key = keys.get(id);
    if (key === undefined) {
      throw notFound("Invalid API Key identifier specified");
    }
    return key;
  };
  const membersOf = (planId: string): Set<string> => {
    const ids = members.get(planId);
    if (ids === undefined) throw notFound("Invalid Usage Plan ID specified");
    return ids;
  };
  const plansOf = (keyId: string): readonly UsagePlan[] =>
    [...plans.values()].filter(({ id }) => members.get(id)?.has(keyId));

  return {
    list: () => [...keys.values()],
    listPlan: (planId) => [...membersOf(planId)].map(find),
    create(key, id = idOf(key.value)) {
      if (!VALUE.test(key.value)) {
        throw badRequest(
          "API Key value should be at least 20 and at most 128 letters and digits",
        );
      }
      if (byValue.has(key.value)) {
        throw new RestJsonError(
          409,
          "ConflictException",
          "API Key already exists",
        );
      }
      if (keys.size >= MAX_KEYS) {
        throw new RestJsonError(
          429,
          "LimitExceededException",
          "API key limit exceeded",
        );
      }
      const made = { ...key, id };
      keys.set(id, made);
      byValue.set(key.value, id);
      return made;
    },
    describe(id, description) {
      const changed = { ...find(id), description };
      keys.set(id, changed);
      return changed;
    },
    remove(id) {
      byValue.delete(find(id).value);
      keys.delete(id);
      for (const ids of members.values()) ids.delete(id);
    },
    attach(planId, keyId) {
      const ids = membersOf(planId);
      const key = find(keyId);
      const stages = [...(plans.get(planId)?.stages ?? [])];
      const other = plansOf(keyId).find(
        (plan) =>
          plan.id === planId || stages.some((stage) => plan.stages.has(stage)),
      );
      if (other !== undefined) {
        throw new RestJsonError(
          409,
          "ConflictException",
          `Usage Plan ${other.id} cannot be added because API Key ${keyId} cannot reference multiple Usage Plans with the same stage`,
        );
      }
      ids.add(keyId);
      return key;
    },
    findPlan(stage, value) {
      const id = byValue.get(value);
      return id !== undefined && keys.get(id)?.enabled === true
        ? plansOf(id).find(({ stages }) => stages.has(stage))
        : undefined;
    },
  };
}

export function badRequest(message: string): RestJsonError {
  return new RestJsonError(400, "BadRequestException", message);
}

/** Ten lower-case letters and digits, as API Gateway's own. */
function idOf(value: string): string {
  const digest = createHash("sha256").update(value).digest("hex");
  return BigInt(`0x${digest}`).toString(36).slice(-10);
}
