/** An explanation as JSON, whose shape is documented, and as text. */
import type { RequestCause } from "../../../lambda/core/explain-request.ts";
import {
  FORBID_REASONS,
  UNAUTHENTICATED_REASONS,
} from "../../../lambda/core/reasons.ts";
import type { PolicyVerdict } from "../../../lambda/core/policy-explanation.ts";
import type { PolicyStatement } from "../../../lambda/core/policy.ts";
import { formatProblem } from "../records/good-record.ts";
import type { RequestLine } from "../request-line.ts";
import { formatFields } from "../text-table.ts";
import type { TokenExplanation } from "./explain-token.ts";

export interface DescribedExplanation {
  readonly tenantId: string | undefined;
  readonly key: string | undefined;
  readonly allowed: boolean;
  /** What the gateway answers by itself: 401, 403 or 503; `undefined` when it asks the backend. */
  readonly status: number | undefined;
  readonly reason: string | undefined;
  /** A sentence. */
  readonly because: string;
  /** The record's attribute that decides; `undefined` where it is the routes, or nothing of the record. */
  readonly attribute: string | undefined;
  /** The record's routes that decide, as written. */
  readonly routes: readonly string[];
  readonly missingScopes: readonly string[];
  /** The statement of the policy that decides, with the one resource that matches. */
  readonly statement:
    | {
        readonly Effect: string;
        readonly Action: string;
        readonly Resource: string;
      }
    | undefined;
  readonly assumptions: readonly string[];
}

const CAUSES: Readonly<Record<RequestCause, string>> = {
  granted: "a route of the record grants it",
  denied_by_route: "a denial of the record is about it",
  hostile_path:
    "the path could be read as another one: dot and empty segments, backslashes and encodings of them are refused, and to a tenant with denials also path parameters and encodings of what a denial names",
  scope_missing: "the route asks for scopes that the token does not hold",
  method_not_granted: "the record's routes open this path to other methods",
  path_not_granted: "no route of the record is about this path",
};

export function describeExplanation(
  explanation: TokenExplanation,
  assumptions: readonly string[],
): DescribedExplanation {
  const { decision, row, request } = explanation;
  const verdict = request?.verdict;
  const isAllowed = decision.kind === "allow" && verdict?.effect === "allow";
  const tenant =
    decision.kind === "allow" || decision.kind === "forbid"
      ? decision.tenant
      : undefined;
  return {
    tenantId: tenant?.tenantId ?? row?.tenant?.tenantId,
    key: row?.key,
    allowed: isAllowed,
    ...describeAnswer(explanation, isAllowed),
    routes: request?.routes.map(({ text }) => text) ?? [],
    missingScopes: request?.missingScopes ?? [],
    statement: describeStatement(decision, verdict),
    assumptions,
  };
}

function describeAnswer(
  { decision, problems, request }: TokenExplanation,
  isAllowed: boolean,
): Pick<DescribedExplanation, "status" | "reason" | "because" | "attribute"> {
  const attribute = undefined;
  switch (decision.kind) {
    case "could_not_tell":
      return {
        status: 503,
        reason: "record_broken",
        because: problems.map(formatProblem).join("; "),
        attribute,
      };
    case "unauthenticated":
      return {
        status: 401,
        reason: decision.reason,
        because: UNAUTHENTICATED_REASONS[decision.reason],
        attribute,
      };
    case "forbid":
      return {
        status: 403,
        reason: decision.reason,
        because: request
          ? CAUSES[request.cause]
          : FORBID_REASONS[decision.reason],
        attribute: decision.attribute,
      };
    case "allow":
      return {
        status: isAllowed ? undefined : 403,
        reason: isAllowed ? undefined : "route_not_granted",
        because: request ? CAUSES[request.cause] : "",
        attribute,
      };
  }
}

/** Of a policy that refuses everything, its one statement; of a tenant's, the one that the request meets. */
function describeStatement(
  decision: TokenExplanation["decision"],
  verdict: PolicyVerdict | undefined,
): DescribedExplanation["statement"] {
  if (verdict !== undefined) {
    return verdict.effect === "implicit_deny"
      ? undefined
      : summarize(verdict.statement, verdict.resource);
  }
  const [statement] =
    decision.kind === "forbid" ? decision.policy.Statement : [];
  return statement && summarize(statement, statement.Resource[0] ?? "");
}

function summarize(
  { Effect, Action }: PolicyStatement,
  resource: string,
): DescribedExplanation["statement"] {
  return { Effect, Action, Resource: resource };
}

export function formatExplanation(
  { method, path }: RequestLine,
  described: DescribedExplanation,
): string {
  const { tenantId, key, allowed, status, reason, because } = described;
  const { attribute, statement, routes, missingScopes, assumptions } =
    described;
  const whom = [tenantId, key && `(${key})`].filter(Boolean).join(" ");
  const heading = `${method} ${path}${whom === "" ? "" : ` for ${whom}`}: ${allowed ? "allowed" : "not allowed"}`;
  const isByPolicy = status === 403 || allowed;
  const fields = formatFields([
    ["  answer", [allowed ? "the backend's" : `${status} ${reason}`]],
    ["  because", [because]],
    ["  attribute", attribute === undefined ? [] : [attribute]],
    ["  route", routes],
    ["  missing scope", missingScopes],
    [
      "  statement",
      statement !== undefined
        ? [`${statement.Effect} ${statement.Resource}`]
        : isByPolicy
          ? ["none: what no statement allows is refused"]
          : [],
    ],
    ["  assuming", assumptions],
  ]);
  return `${heading}\n${fields}`;
}
