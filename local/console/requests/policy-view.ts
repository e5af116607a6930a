import type { AccessLogEntry, JudgedPolicy } from "../../gateway/access-log.ts";
import { matchesGlob } from "../../gateway/glob.ts";
import { ownProperty } from "../../json.ts";
import type { PolicyView } from "../api.ts";

/** What the authorizer keeps its policies under; a record that needs more is broken (README, Limits). */
const MAX_POLICY_BYTES = 8_000;

export function describePolicy(
  policy: JudgedPolicy,
  { method, path }: Pick<AccessLogEntry, "method" | "path">,
  stageArn: string,
): PolicyView {
  const { document, verdict, statement, unmetStatement } = policy;
  const resource =
    statement === undefined
      ? undefined
      : findResource(
          statementsOf(document)[statement],
          `${stageArn}/${method}${path}`,
        );
  return {
    document,
    bytes: measurePolicy(document),
    maxBytes: MAX_POLICY_BYTES,
    verdict,
    ...(statement !== undefined && { statement }),
    ...(resource !== undefined && { resource }),
    ...(unmetStatement !== undefined && { unmetStatement }),
  };
}

/** The first of a statement's patterns that the request matches. */
function findResource(
  statement: unknown,
  methodArn: string,
): string | undefined {
  return listOf(ownProperty(statement, "Resource")).find(
    (resource): resource is string =>
      typeof resource === "string" && matchesGlob(resource, methodArn),
  );
}

/** As it goes over the wire: without blanks. */
export function measurePolicy(document: unknown): number {
  return Buffer.byteLength(JSON.stringify(document));
}

export function countStatements(document: unknown): number {
  return statementsOf(document).length;
}

function statementsOf(document: unknown): readonly unknown[] {
  return listOf(ownProperty(document, "Statement"));
}

/** A policy may hold one where a list is meant. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
