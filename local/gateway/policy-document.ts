/**
 * Parses an authorizer's policy document, strictly: an element that is not known is an error, never an element
 * passed over.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import { isRecord, type JsonRecord } from "../json.ts";
import { malformedOutput } from "./malformed-output.ts";
import { parseConditions, type Condition } from "./policy-conditions.ts";

export interface PolicyStatement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** All must hold. */
  readonly conditions: readonly Condition[];
}

const MAX_RESOURCE_LENGTH = 512;
const VERSIONS: readonly unknown[] = ["2012-10-17", "2008-10-17"];
const DOCUMENT_ELEMENTS = ["Version", "Id", "Statement"];
const STATEMENT_ELEMENTS = ["Sid", "Effect", "Action", "Resource", "Condition"];

/** Refuses whatever would not be understood with a `MalformedOutputError`. */
export function parsePolicyDocument(
  document: unknown,
): readonly PolicyStatement[] {
  if (!isRecord(document)) {
    throw malformedOutput("policyDocument is not an object");
  }
  refuseUnknown(document, DOCUMENT_ELEMENTS, "policyDocument");
  if (!VERSIONS.includes(document["Version"])) {
    throw malformedOutput("policyDocument has no known Version");
  }
  const statement = document["Statement"];
  const statements: readonly unknown[] = Array.isArray(statement)
    ? statement
    : [statement];
  if (statements.length === 0) {
    throw malformedOutput("policyDocument has no statement");
  }
  return statements.map(parseStatement);
}

function parseStatement(statement: unknown): PolicyStatement {
  if (!isRecord(statement)) throw malformedOutput("statement is not an object");
  refuseUnknown(statement, STATEMENT_ELEMENTS, "statement");
  const effect = statement["Effect"];
  if (effect !== "Allow" && effect !== "Deny") {
    throw malformedOutput("statement has no Effect of Allow or Deny");
  }
  const actions = oneOrMore(statement["Action"], "Action");
  const resources = oneOrMore(statement["Resource"], "Resource");
  for (const action of actions) {
    if (action !== "*" && !action.includes(":")) {
      throw malformedOutput("statement has an Action without a service");
    }
  }
  for (const resource of resources) checkResource(resource);
  return {
    effect,
    actions,
    resources,
    // `Condition: null` breaks the policy on API Gateway too; only an absent one is no condition.
    conditions: Object.hasOwn(statement, "Condition")
      ? parseConditions(statement["Condition"])
      : [],
  };
}

function checkResource(resource: string): void {
  if (resource.length > MAX_RESOURCE_LENGTH) {
    throw malformedOutput(
      `statement has a Resource longer than ${MAX_RESOURCE_LENGTH} characters`,
    );
  }
  if (resource !== "*" && !resource.startsWith("arn:")) {
    throw malformedOutput("statement has a Resource that is no ARN");
  }
  // IAM would replace policy variables here; matching them as text could refuse or grant by accident.
  if (resource.includes("${")) {
    throw malformedOutput("statement has a policy variable in Resource");
  }
}

function oneOrMore(value: unknown, element: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw malformedOutput(`${element} is an empty list`);
  return list.map((item) => {
    if (typeof item !== "string" || item === "") {
      throw malformedOutput(`${element} is missing or not text`);
    }
    return item;
  });
}

function refuseUnknown(
  element: JsonRecord,
  known: readonly string[],
  where: string,
): void {
  for (const name of Object.keys(element)) {
    if (!known.includes(name)) {
      throw malformedOutput(`${where} has an element ${name} not understood`);
    }
  }
}
