/** The operations on API keys and on the keys of usage plans. */
import { isRecord, isStringRecord } from "../json.ts";
import {
  badRequest,
  type ApiKey,
  type ApiKeyStore,
} from "../usage-plans/api-keys.ts";
import type { Operation } from "./operations.ts";
import { cutPage } from "./resource-page.ts";
import { createRateLimit } from "./rate-limit.ts";
import { RestJsonError } from "./rest-json-error.ts";

/** Making and removing keys have limits of their own (developer guide, "Amazon API Gateway quotas"). */
const RATE_LIMIT = { perSecond: 5, burst: 5 };

export function createApiKeyOperations(
  keys: ApiKeyStore,
  now: () => number,
): Readonly<Record<string, Operation>> {
  const mayCreate = createRateLimit(RATE_LIMIT, now);
  const mayDelete = createRateLimit(RATE_LIMIT, now);

  return {
    "GET /apikeys": (_parameters, query) => {
      const name = query.get("name") ?? "";
      const withValues = query.get("includeValues") === "true";
      const found = keys.list().filter((key) => key.name.startsWith(name));
      const { item, ...rest } = cutPage(found, query);
      return {
        status: 200,
        body: {
          item: item.map((key) => (withValues ? key : withoutValue(key))),
          ...rest,
        },
      };
    },
    "POST /apikeys": (_parameters, _query, body) => {
      assertWithin(mayCreate);
      const { name, value, description = "", enabled = false, tags } = body;
      if (
        typeof name !== "string" ||
        typeof value !== "string" ||
        typeof description !== "string" ||
        !isStringRecord(tags ?? {})
      ) {
        throw badRequest("a key made here needs a name and a value of its own");
      }
      const made = keys.create({
        name,
        value,
        description,
        enabled: enabled === true,
        tags: isStringRecord(tags) ? tags : {},
      });
      return { status: 201, body: made };
    },
    "PATCH /apikeys/*": ([id = ""], _query, { patchOperations }) => {
      const [operation, ...others] = Array.isArray(patchOperations)
        ? (patchOperations as readonly unknown[])
        : [];
      const { op, path, value } = isRecord(operation) ? operation : {};
      if (
        others.length > 0 ||
        op !== "replace" ||
        path !== "/description" ||
        typeof value !== "string"
      ) {
        throw badRequest(
          "the local control plane replaces a key's description, and nothing else of it",
        );
      }
      return { status: 200, body: withoutValue(keys.describe(id, value)) };
    },
    "DELETE /apikeys/*": ([id = ""]) => {
      assertWithin(mayDelete);
      keys.remove(id);
      return { status: 202 };
    },
    "GET /usageplans/*/keys": ([planId = ""], query) => {
      const { item, ...rest } = cutPage(keys.listPlan(planId), query);
      return { status: 200, body: { item: item.map(toPlanKey), ...rest } };
    },
    "POST /usageplans/*/keys": ([planId = ""], _query, { keyId, keyType }) => {
      if (typeof keyId !== "string" || keyType !== "API_KEY") {
        throw badRequest("Invalid key type. Valid values are [API_KEY]");
      }
      return { status: 201, body: toPlanKey(keys.attach(planId, keyId)) };
    },
  };
}

function assertWithin(isWithinLimit: () => boolean): void {
  if (isWithinLimit()) return;
  throw new RestJsonError(429, "TooManyRequestsException", "Too Many Requests");
}

function withoutValue(key: ApiKey): Partial<ApiKey> {
  const { id, name, description, enabled, tags } = key;
  return { id, name, description, enabled, tags };
}

function toPlanKey({ id, name, value }: ApiKey) {
  return { id, name, value, type: "API_KEY" };
}
