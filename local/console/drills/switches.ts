/** What a drill takes away, slows down or replaces. */
import type { LocalFunctions } from "../../functions/functions.ts";
import type { Gateway } from "../../gateway/create-gateway.ts";
import type { LocalIssuer } from "../../issuer/issuer.ts";
import type { JsonRecord } from "../../json.ts";
import type { TableServer } from "../../table/table-server.ts";
import { badRequest, ConsoleError } from "../console-error.ts";
import { describeKeys } from "../describe-keys.ts";
import type { ApiRoutes } from "../http/answer-api.ts";
import {
  findBoolean,
  findCount,
  getOneOf,
  getText,
  refuseOthers,
} from "../http/fields.ts";

export interface SwitchedParts {
  readonly issuer: LocalIssuer;
  readonly table: TableServer;
  readonly functions: LocalFunctions;
  readonly gateway: Gateway;
}

/** Slower than any budget of the authorizer. */
const MAX_DELAY_MS = 10_000;

export function createSwitchRoutes(parts: SwitchedParts): ApiRoutes {
  const { issuer, functions, gateway } = parts;
  return {
    "POST /api/services": (body) => switchService(body, parts),
    "POST /api/keys/rotate": async (body) => {
      refuseOthers(body, []);
      return { kid: await issuer.rotateKey() };
    },
    "POST /api/keys/revoke": (body) => {
      refuseOthers(body, ["kid"]);
      revokeKey(getText(body, "kid"), issuer);
      return {};
    },
    "POST /api/functions/recycle": async (body) => {
      refuseOthers(body, []);
      await functions.recycle();
      return {};
    },
    "POST /api/cache/flush": (body) => {
      refuseOthers(body, []);
      for (const { apiId, stageName } of gateway.stages) {
        gateway.flushAuthorizersCache(apiId, stageName);
      }
      return {};
    },
  };
}

async function switchService(
  body: JsonRecord,
  parts: SwitchedParts,
): Promise<object> {
  refuseOthers(body, ["service", "isUp", "delayMs"]);
  const service = parts[getOneOf(body, "service", ["issuer", "table"])];
  const isUp = findBoolean(body, "isUp");
  const delayMs = findCount(body, "delayMs", MAX_DELAY_MS);
  if (isUp === undefined && delayMs === undefined) {
    throw badRequest("isUp or delayMs is needed");
  }
  if (delayMs !== undefined) service.setDelayMs(delayMs);
  if (isUp === true) await service.start();
  if (isUp === false) await service.stop();
  return { isUp: service.isUp(), delayMs: service.delayMs() };
}

function revokeKey(kid: string, issuer: LocalIssuer): void {
  const key = describeKeys(issuer).find((published) => published.kid === kid);
  if (key === undefined) {
    throw new ConsoleError(
      404,
      "key_not_found",
      "no key with this id is published",
    );
  }
  if (key.use !== "retired") {
    throw new ConsoleError(
      409,
      "key_in_use",
      "only a key that has signed before can be revoked: rotate first",
    );
  }
  issuer.revokeKey(kid);
}
