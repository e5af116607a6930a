import type { JsonRecord } from "../json.ts";
import { CHANGE_KINDS, type AccessChange } from "./api.ts";
import type { ConsoleParts } from "./console.ts";
import { ConsoleError } from "./console-error.ts";
import { prepareProbe } from "./drills/prepare-probe.ts";
import type { ChangeWatcher } from "./drills/watch-change.ts";
import type { ApiRoutes } from "./http/answer-api.ts";
import { getOneOf, getText, refuseOthers } from "./http/fields.ts";
import type { CallGateway } from "./requests/send-request.ts";
import { changeAccess } from "./tenants/change-access.ts";
import type { TenantBook } from "./tenants/tenant-book.ts";
import type { MintToken } from "./tokens/mint-token.ts";

export interface Tools {
  readonly book: TenantBook;
  readonly mint: MintToken;
  readonly callGateway: CallGateway;
}

/** Looking at the tenants, and changing what the `tenants` command changes. */
export function createTenantRoutes(
  parts: ConsoleParts,
  tools: Tools,
  watcher: ChangeWatcher,
): ApiRoutes {
  return {
    "GET /api/tenants": tools.book.view,
    "POST /api/tenants/access": (body) => change(body, parts, tools, watcher),
  };
}

async function change(
  body: JsonRecord,
  parts: ConsoleParts,
  { book, mint, callGateway }: Tools,
  watcher: ChangeWatcher,
): Promise<AccessChange> {
  refuseOthers(body, ["tenantId", "change"]);
  const tenantId = getText(body, "tenantId");
  const kind = getOneOf(body, "change", CHANGE_KINDS);
  const rows = await book.findRows(tenantId);
  if (rows.length === 0) {
    throw new ConsoleError(
      404,
      "tenant_not_found",
      "no record has this tenant id: look at the tenants again",
    );
  }
  const access = {
    client: parts.tableClient,
    server: parts.table,
    table: parts.tenantTable,
  };
  return await watcher.change({
    tenantId,
    kind,
    records: rows.length,
    probe: await prepareProbe(tenantId, rows, book.applications(), kind, {
      mint,
      callGateway,
      run: parts,
    }),
    write: () => changeAccess(access, tenantId, rows, kind),
  });
}
