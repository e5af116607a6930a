import type { MatrixRow, MatrixView, SampleRequest } from "../api.ts";
import type { KnownApplication } from "../tenants/applications.ts";
import type { MintToken } from "../tokens/mint-token.ts";
import { judgeApplication, type AskedAuthorizer } from "./judge-application.ts";

/** A page shows no more, and each application costs an invocation. */
const MAX_APPLICATIONS = 40;
const MAX_REQUESTS = 60;

/** Tenants × requests: what a token of each application opens, by the policy that the authorizer makes for it now. */
export async function buildMatrix(
  applications: readonly KnownApplication[],
  samples: readonly SampleRequest[],
  mint: MintToken,
  authorizer: AskedAuthorizer,
): Promise<MatrixView> {
  const asked = [...applications]
    .sort(
      (left, right) =>
        left.tenantId.localeCompare(right.tenantId) ||
        left.name.localeCompare(right.name),
    )
    .slice(0, MAX_APPLICATIONS);
  const requests = samples.slice(0, MAX_REQUESTS);
  const rows: MatrixRow[] = [];
  // One after the other: together they would start an environment each.
  for (const application of asked) {
    const { tenantId, name } = application;
    const username = userOf(application);
    const token = await mint({ application, username });
    rows.push({
      tenantId,
      application: name,
      ...(username !== undefined && { username }),
      ...(await judgeApplication(token ?? "", tenantId, requests, authorizer)),
    });
  }
  return {
    requests,
    rows,
    omittedApplications: applications.length - asked.length,
    omittedRequests: samples.length - requests.length,
  };
}

/** People sign in to a single-page application; one with a secret acts for itself. */
function userOf({ application, users }: KnownApplication): string | undefined {
  return application?.isConfidential === false ? users[0] : undefined;
}
