import { Stack } from "aws-cdk-lib";
import * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";

export interface SavedQueriesProps {
  /** The log of the authorizer's function. */
  readonly decisions: logs.ILogGroup;

  /**
   * The stage's access log.
   *
   * @default - queries about requests are left out
   */
  readonly accessLog?: logs.ILogGroup;
}

type LogName = keyof SavedQueriesProps;

interface SavedQuery {
  readonly name: string;
  readonly logs: readonly LogName[];
  /** In the language of CloudWatch Logs Insights. */
  readonly query: readonly string[];
}

/**
 * Questions that come up at night. In the function's log the decision's members stand below `message`, and `requestId`
 * is the run's own id; the access log has that one as `authorizerRequestId`, where the authorizer ran for the request.
 */
const QUERIES: readonly SavedQuery[] = [
  {
    name: "Why was this request refused?",
    logs: ["accessLog", "decisions"],
    query: [
      "# REQUEST: x-amzn-requestid of the client's answer. RUN: authorizerRequestId of the row that comes, once more.",
      "fields @timestamp, status, denyReason, errorType, method, path, tenantId, clientId, authorizerRequestId, message.outcome, message.reason, message.attributes.0, message.tenantId, message.durationMs, requestId",
      'filter requestId in ["REQUEST", "RUN"]',
      "sort @timestamp asc",
    ],
  },
  {
    name: "Requests per tenant and status",
    logs: ["accessLog"],
    query: [
      'filter tenantId != "-"',
      "stats count(*) as requests by tenantId, status",
      "sort requests desc",
    ],
  },
  {
    // Of the stage's limits as well as of a plan's: API Gateway's word for both is the same.
    name: "Throttled requests per tenant",
    logs: ["accessLog"],
    query: [
      `filter errorType in ["THROTTLED", "QUOTA_EXCEEDED"]`,
      "stats count(*) as requests by tenantId, clientId, errorType, bin(5m)",
      "sort requests desc",
    ],
  },
  {
    name: "Refusals per tenant and reason",
    logs: ["decisions"],
    query: [
      'filter message.outcome in ["forbid", "could_not_tell"]',
      "stats count(*) as refusals by message.tenantId, message.reason, message.attributes.0",
      "sort refusals desc",
    ],
  },
  {
    name: "Applications without a tenant",
    logs: ["accessLog"],
    query: [
      'filter denyReason = "tenant_not_found"',
      "stats count(*) as requests by clientId, ip",
      "sort requests desc",
    ],
  },
  {
    name: "Faults of keys and table",
    logs: ["decisions"],
    query: [
      'filter message.keyFetchFaults > 0 or message.tableFaults > 0 or message.outcome = "could_not_tell"',
      "stats sum(message.keyFetchFaults) as keyFetchFaults, sum(message.tableFaults) as tableFaults, max(message.keySetAgeSeconds) as keySetAge, max(message.recordAgeSeconds) as recordAge by bin(1m), message.outcome, message.reason",
    ],
  },
  {
    name: "Slowest decisions, step by step",
    logs: ["decisions"],
    query: [
      "filter message.durationMs > 0",
      "fields @timestamp, message.outcome, message.reason, message.durationMs, message.stepsMs.token, message.stepsMs.signature, message.stepsMs.claims, message.stepsMs.record, message.stepsMs.policy",
      "sort message.durationMs desc",
      "limit 50",
    ],
  },
];

/** Logs Insights queries, saved under the stack's name. They cost nothing until they are run. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, props: SavedQueriesProps) {
    super(scope, id);
    for (const { name, logs: names, query } of QUERIES) {
      const groups = names.flatMap((log) => props[log] ?? []);
      if (groups.length < names.length) continue;
      new logs.CfnQueryDefinition(this, name.replaceAll(/[^A-Za-z]/g, ""), {
        // A slash makes a folder in the console.
        name: `${Stack.of(this).stackName}/${name}`,
        logGroupNames: groups.map(({ logGroupName }) => logGroupName),
        queryString: query.join("\n| ").replace(/^(#.*)\n\| /, "$1\n"),
      });
    }
  }
}
