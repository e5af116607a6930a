import {
  parseAuthorizerOutput,
  type AuthorizerResult,
} from "../../gateway/authorizer-output.ts";
import { MalformedOutputError } from "../../gateway/malformed-output.ts";
import { evaluatePolicy } from "../../gateway/policy-evaluator.ts";
import type { InvokeFunction } from "../../functions/invocation.ts";
import type { MatrixCell, SampleRequest } from "../api.ts";

export interface Judged {
  /** Why nothing opens at all, or nobody can tell. */
  readonly reason?: string;
  readonly cells: readonly MatrixCell[];
}

/** What the authorizer is asked by, and for. */
export interface AskedAuthorizer {
  readonly invokeFunction: InvokeFunction;
  readonly functionLogicalId: string;
  /** What a method ARN begins with. */
  readonly stageArn: string;
}

/**
 * Asks the authorizer about one token, past the gateway and its cache, and judges every request by the policy it
 * answers with.
 */
export async function judgeApplication(
  token: string,
  tenantId: string,
  requests: readonly SampleRequest[],
  { invokeFunction, functionLogicalId, stageArn }: AskedAuthorizer,
): Promise<Judged> {
  const arnOf = ({ method, path }: Pick<SampleRequest, "method" | "path">) =>
    `${stageArn}/${method}${path}`;
  const answer = await invokeFunction(functionLogicalId, {
    type: "TOKEN",
    methodArn: arnOf(requests[0] ?? { method: "GET", path: "/" }),
    authorizationToken: `Bearer ${token}`,
  });
  if (answer.kind === "error") {
    return couldNotTell(answer.errorMessage, requests);
  }
  const result = parse(answer.payload);
  if (result === undefined) return couldNotTell("malformed answer", requests);
  const facts = { nowMs: Date.now(), sourceIp: "127.0.0.1" };
  const cells = requests.map((request): MatrixCell => {
    const verdict = evaluatePolicy(result.statements, arnOf(request), facts);
    if (verdict !== "allow") return "deny";
    return request.tenantIds.length === 0 ||
      request.tenantIds.includes(tenantId)
      ? "allow"
      : "foreign";
  });
  // An allow carries a reason too, for the requests that its policy does not cover.
  const opensNothing = result.statements.every(
    ({ effect }) => effect === "Deny",
  );
  const { denyReason } = result.context;
  return {
    cells,
    ...(opensNothing && denyReason !== undefined && { reason: denyReason }),
  };
}

function couldNotTell(
  reason: string,
  requests: readonly SampleRequest[],
): Judged {
  return { reason, cells: requests.map(() => "error") };
}

function parse(payload: unknown): AuthorizerResult | undefined {
  try {
    return parseAuthorizerOutput(payload);
  } catch (error) {
    if (error instanceof MalformedOutputError) return undefined;
    throw error;
  }
}
