/** What a command works on: one table, and the deployment that reads it. */
import {
  type StageArn,
  parseMethodArn,
} from "../../../lambda/core/method-arn.ts";
import type { RecordRules } from "../../../lambda/core/tenant-record.ts";
import { COMMAND_NAMES } from "../../../lib/command-names.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import type { GlobalOptions } from "../global-options.ts";
import type { ClientOptions, World } from "../world.ts";
import { findApiRoutes, findUsagePlans } from "./api.ts";
import { readAuthorizerSettings } from "./authorizer-settings.ts";
import type { Deployment } from "./deployment.ts";
import { type LocalRun, readLocalRun } from "./local-run.ts";
import { readStack } from "./stack.ts";
import { type TenantTable, openTenantTable } from "./tenant-table.ts";

export interface Target {
  readonly table: TenantTable;
  readonly deployment: Deployment;
  /** What the function's own parser goes by. */
  readonly rules: RecordRules;
  /** The stage that policies are made for, real or assumed. */
  readonly stage: StageArn;
  /** What is not known of the deployment, and what that leaves open; for notes. */
  readonly unknowns: Readonly<Partial<Record<Unknown, string>>>;
  readonly localRun: LocalRun | undefined;
}

/** A part of the deployment that a command may need to know. */
export type Unknown = "stage" | "issuers" | "defaultRoutes";

export const DEFAULT_STACK = "TenantApi";

/** As long as real ones are, so that budgets come out as they would. */
const ASSUMED_STAGE: StageArn = {
  partition: "aws",
  region: "ap-southeast-1",
  account: "000000000000",
  apiId: "aaaaaaaaaa",
  stage: "prod",
};

export async function openTarget(
  world: World,
  options: GlobalOptions,
): Promise<Target> {
  const givenStage = parseStageArn(options.stageArn);
  const where: ClientOptions = {
    ...(options.region !== undefined && { region: options.region }),
    ...(options.profile !== undefined && { profile: options.profile }),
  };
  const localRun = options.local
    ? await readLocalRun(options.endpoints, world.aws)
    : undefined;
  const found =
    localRun?.deployment ??
    (options.table === undefined || options.stack !== undefined
      ? await readStack(world.aws, where, options.stack ?? DEFAULT_STACK)
      : describeTableAlone(options.table));
  const deployment = withGivenStage(found, givenStage, world, where);
  const open = (): Promise<TenantTable> =>
    openTenantTable(
      world.aws.dynamoDb(localRun?.dynamoDb ?? where),
      options.table ?? deployment.tableName,
      deployment.authorizer.tenantClaim,
    );
  const table = await (localRun === undefined ? open() : openLocally(open));
  const { issuers, defaultRoutes } = deployment.authorizer;
  return {
    table,
    deployment,
    rules: {
      tenantClaim: table.tenantClaim,
      issuers: new Set(issuers),
      defaultRoutes: defaultRoutes ?? [],
    },
    stage: deployment.stage ?? ASSUMED_STAGE,
    unknowns: findUnknowns(deployment),
    localRun,
  };
}

/** A run that was killed leaves its description behind. */
async function openLocally(
  open: () => Promise<TenantTable>,
): Promise<TenantTable> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== "unreachable") {
      throw error;
    }
    throw new CommandError(
      EXIT.unreachable,
      "local_run_not_started",
      "the local run's table does not answer",
      [`is ${COMMAND_NAMES.localRun} still running, and is its table up?`],
      error,
    );
  }
}

/** `--table` without a stack: of the deployment nothing is known. */
function describeTableAlone(tableName: string): Deployment {
  const unknown = (): Promise<undefined> => Promise.resolve(undefined);
  return {
    name: `table ${tableName}`,
    tableName,
    stage: undefined,
    apiUrl: undefined,
    authorizer: {
      ...readAuthorizerSettings({}),
      defaultRoutes: undefined,
    },
    findApiRoutes: unknown,
    findPlans: unknown,
  };
}

function withGivenStage(
  deployment: Deployment,
  stage: StageArn | undefined,
  world: World,
  where: ClientOptions,
): Deployment {
  if (stage === undefined) return deployment;
  const client = world.aws.apiGateway({ ...where, region: stage.region });
  return {
    ...deployment,
    stage,
    apiUrl: `https://${stage.apiId}.execute-api.${stage.region}.amazonaws.com/${stage.stage}`,
    findApiRoutes: () => findApiRoutes(client, stage),
    findPlans: () => findUsagePlans(client, stage),
  };
}

function parseStageArn(text: string | undefined): StageArn | undefined {
  if (text === undefined) return undefined;
  const stage = parseMethodArn(`${text}/`);
  if (stage !== undefined) return stage;
  throw new CommandError(
    EXIT.usage,
    "stage_arn_malformed",
    "--stage-arn is not the ARN of a REST API's stage",
    ["expected arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod"],
  );
}

function findUnknowns({ stage, authorizer }: Deployment): Target["unknowns"] {
  return {
    ...(stage === undefined && {
      stage:
        "the stage: sizes are for one of usual length (give --stack or --stage-arn)",
    }),
    ...(authorizer.issuers === undefined && {
      issuers: "the issuers: records are not held to them (give --stack)",
    }),
    ...(authorizer.defaultRoutes === undefined && {
      defaultRoutes:
        "the default routes: records without routes are taken for broken (give --stack)",
    }),
  };
}
