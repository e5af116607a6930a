/** A token of the local run's issuer, so that what needs one works there as typed. */
import { isJsonObject, own } from "../../../lambda/core/json.ts";
import { COMMAND_NAMES } from "../../../lib/command-names.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import type { Row } from "../records/row.ts";
import type { LocalApplication, LocalRun } from "../target/local-run.ts";
import type { Target } from "../target/target.ts";
import type { World } from "../world.ts";

/** For one of the applications that the rows are about; `undefined` when the local issuer knows none of them. */
export async function fetchLocalToken(
  world: World,
  { localRun, table }: Target,
  rows: readonly Row[],
): Promise<string | undefined> {
  const application = localRun?.applications.find((candidate) =>
    rows.some((row) => isFor(candidate, row, table.tenantClaim)),
  );
  return localRun && application
    ? await requestToken(world, localRun, application, table.tenantClaim)
    : undefined;
}

function isFor(
  { clientId, organization, tenantId }: LocalApplication,
  { key }: Row,
  tenantClaim: string,
): boolean {
  const value = { azp: clientId, org_id: organization }[tenantClaim];
  return (value ?? tenantId) === key;
}

async function requestToken(
  world: World,
  { tokenUrl, audience }: LocalRun,
  { clientId, clientSecret, organization }: LocalApplication,
  tenantClaim: string,
): Promise<string> {
  let answer: unknown;
  try {
    const response = await world.fetch(tokenUrl, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        grant_type: "client_credentials",
        client_id: clientId,
        client_secret: clientSecret,
        audience,
        ...(tenantClaim === "org_id" && { organization }),
      }),
    });
    answer = await response.json();
  } catch (error) {
    throw new CommandError(
      EXIT.unreachable,
      "unreachable",
      "the local run's issuer does not answer",
      [`is ${COMMAND_NAMES.localRun} still running?`],
      error,
    );
  }
  const token = isJsonObject(answer) ? own(answer, "access_token") : undefined;
  if (typeof token === "string") return token;
  throw new CommandError(
    EXIT.refused,
    "no_token",
    `the local run's issuer gives no token to application ${clientId}`,
    ["give one with --token-file, --token-env or --token-stdin"],
  );
}
