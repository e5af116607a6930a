/** The context keys of a stack's region, and of the replicas of its table, as the stack's props. */
import {
  type CustomDomainOptions,
  findCertificateProblem,
} from "./api-domain.ts";
import type { ContextReader } from "./context-reader.ts";
import { definedOnly } from "./defined-only.ts";
import {
  findMissingKeyProblem,
  findRegionProblem,
  findReplicaProblems,
  findReplicaStackProblems,
  parseStreamArn,
  PLANS_NEED_ONE_REGION,
  type ReplicaStackOptions,
  type TableReplicaOptions,
} from "./table-replicas.ts";

interface RegionProps extends TableReplicaOptions, ReplicaStackOptions {
  readonly env?: { readonly region: string };
}

/** What else the context says, as far as replicas have to do with it. */
interface Neighbours {
  readonly plans?: unknown;
  readonly kmsKeyArn?: boolean | string | undefined;
  readonly customDomain?: CustomDomainOptions | undefined;
}

export function readRegions(
  reader: ContextReader,
  { plans, kmsKeyArn, customDomain }: Neighbours,
): RegionProps {
  const tableStreamArn = reader.readText("tableStreamArn");
  // A replica's stream says where its stack belongs.
  const region =
    reader.readText("region", findRegionProblem) ??
    parseStreamArn(tableStreamArn ?? "")?.region;
  const replicaRegions = reader.readList("replicaRegions", () => undefined);
  const replicaKeyArns = reader.readTextMap(
    "replicaKeyArns",
    `'{"us-east-1":"arn:aws:kms:us-east-1:123456789012:key/id"}'`,
  );
  const replicas = {
    ...(replicaRegions.length > 0 && { replicaRegions }),
    ...definedOnly({ replicaKeyArns }),
  };

  const hasKey = kmsKeyArn !== undefined && kmsKeyArn !== false;
  const problems = [
    ...findReplicaProblems(replicas, region),
    hasKey
      ? findMissingKeyProblem(replicaRegions, replicaKeyArns ?? {})
      : undefined,
    replicaKeyArns !== undefined && !hasKey
      ? "replicaKeyArns means nothing without kmsKeyArn: a table has keys of your own in all of its regions, or in none"
      : undefined,
    replicaRegions.length > 0 && plans !== undefined
      ? PLANS_NEED_ONE_REGION
      : undefined,
  ];
  for (const problem of problems) {
    reader.addMalformed("replicaRegions", problem);
  }
  const stackOptions = {
    ...definedOnly({ tableStreamArn }),
    replicaRegions,
    plans,
    kmsKeyArn,
  };
  for (const problem of findReplicaStackProblems(stackOptions, region)) {
    reader.addMalformed("tableStreamArn", problem);
  }
  const certificateArn = customDomain?.certificateArn;
  // What is wrong with it anywhere has been said.
  if (
    certificateArn !== undefined &&
    findCertificateProblem(certificateArn, undefined) === undefined
  ) {
    reader.addMalformed(
      "certificateArn",
      findCertificateProblem(certificateArn, region),
    );
  }
  return definedOnly({
    env: region === undefined ? undefined : { region },
    tableStreamArn,
    ...replicas,
  });
}
