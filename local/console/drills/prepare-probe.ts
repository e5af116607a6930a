import type { Item } from "../../table/create-tables.ts";
import type { ChangeKind } from "../api.ts";
import { sendAndFind, type WatchedRun } from "../requests/send-and-watch.ts";
import type { CallGateway } from "../requests/send-request.ts";
import { sampleRequests } from "../sample-requests.ts";
import type { KnownApplication } from "../tenants/applications.ts";
import type { MintToken } from "../tokens/mint-token.ts";
import type { ProbedRequest } from "./watch-change.ts";

/** A token from before a log-out is one that the log-out is about, to the second. */
const AGE_SECONDS = 60;

/** A request that one of the tenant's tokens is let in with; `undefined` when its routes name none. */
export async function prepareProbe(
  tenantId: string,
  rows: readonly Item[],
  applications: readonly KnownApplication[],
  kind: ChangeKind,
  {
    mint,
    callGateway,
    run,
  }: {
    readonly mint: MintToken;
    readonly callGateway: CallGateway;
    readonly run: WatchedRun;
  },
): Promise<ProbedRequest | undefined> {
  const application = applications.find((known) => known.tenantId === tenantId);
  const sample = sampleRequests(rows).find(
    ({ tenantIds, method }) =>
      tenantIds.includes(tenantId) && ["GET", "HEAD"].includes(method),
  );
  if (application === undefined || sample === undefined) return undefined;
  const iat = Math.floor(Date.now() / 1000) - AGE_SECONDS;
  const token = await mint({
    application,
    ...(kind === "log_out" && { claims: { iat } }),
  });
  const { method, path } = sample;
  return {
    description: `${method} ${path} as ${application.name}`,
    ask: async () => {
      const call = { token, method, path };
      return (await sendAndFind(call, callGateway, run)).entry;
    },
  };
}
