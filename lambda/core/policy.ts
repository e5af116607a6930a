/**
 * Compiles a tenant's routes to the IAM policy that API Gateway keeps for a token and evaluates for each of the
 * token's requests. With a warm cache this document is the whole defence, so it grants all of the tenant's
 * routes, nothing else, and depends on nothing of the request that happened to come first.
 */
import { CouldNotTellError } from "./could-not-tell.ts";
import { type StageArn, formatStageArn } from "./method-arn.ts";
import {
  type PolicyEncoding,
  createCompactEncoding,
  createLiteralEncoding,
} from "./policy-encoding.ts";
import {
  type RouteSet,
  subsume,
  subtractCovered,
  uniteRoutes,
} from "./route-set.ts";
import type { Route } from "./routes.ts";
import type { Tenant } from "./tenant-record.ts";

/** API Gateway refuses a longer resource string. */
export const MAX_RESOURCE_LENGTH = 512;
/** The limit for a REST API's result is not documented, WebSocket's is 8 KB: we stay below it. */
export const MAX_POLICY_BYTES = 8_000;
/** Combinations of scopes whose resources are kept per record and stage. */
const MAX_KEPT_COMBINATIONS = 8;

export interface PolicyStatement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: "execute-api:Invoke";
  readonly Resource: readonly string[];
  readonly Condition?: {
    readonly DateLessThan: { readonly "aws:CurrentTime": string };
  };
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

/** A tenant's routes on one stage, ready to be joined with what a token adds. */
export interface StagePolicy {
  /**
   * The document for a token; `undefined` when it would grant nothing.
   *
   * @param grants what the token's `scope` and `permissions` hold
   * @param validUntil epoch seconds from which the document allows nothing more; `undefined` for no such condition
   */
  readonly build: (
    grants: ReadonlySet<string>,
    validUntil: number | undefined,
  ) => PolicyDocument | undefined;
  /** The document's size for a token with every scope: no token's is larger. */
  readonly bytes: number;
  /** The longest resource string. */
  readonly longestResource: number;
}

/** By record and stage ARN: compiled once, and gone with the record. */
const compiled = new WeakMap<Tenant, Map<string, StagePolicy>>();

/**
 * The tenant's policy on a stage, compiled at the first call and kept with the record.
 *
 * @throws CouldNotTellError `record_broken` when a resource or the document is over its budget; it is never cut short
 */
export function compilePolicy(tenant: Tenant, stage: StageArn): StagePolicy {
  const stages = compiled.get(tenant) ?? new Map<string, StagePolicy>();
  compiled.set(tenant, stages);
  const stageArn = formatStageArn(stage);
  const policy = stages.get(stageArn) ?? compileRoutes(tenant.routes, stage);
  stages.set(stageArn, policy);
  if (!fitsBudget(policy)) {
    throw new CouldNotTellError("record_broken", { attributes: ["routes"] });
  }
  return policy;
}

/** Whether API Gateway takes the policy. */
export function fitsBudget(
  policy: Pick<StagePolicy, "bytes" | "longestResource">,
): boolean {
  return (
    policy.bytes <= MAX_POLICY_BYTES &&
    policy.longestResource <= MAX_RESOURCE_LENGTH
  );
}

/** Compiles routes without judging the size, for those who want to know it. Region and account are spelled out when they fit. */
export function compileRoutes(
  routes: readonly Route[],
  stage: StageArn,
): StagePolicy {
  const grants = routes.filter(({ kind }) => kind === "grant");
  const denials = uniteRoutes(routes.filter(({ kind }) => kind === "denial"));
  const unscoped = grants.filter(({ scopes }) => scopes.length === 0);
  const scoped = Map.groupBy(
    grants.filter(({ scopes }) => scopes.length > 0),
    ({ scopes }) => [...scopes].sort().join(" "),
  );
  const groups = [...scoped].map(([names, group]) => ({
    names,
    scopes: names.split(" "),
    routes: group,
  }));
  const always = subsume(uniteRoutes(unscoped));
  // Scoped grants do not swallow each other here: a token may hold one's scopes without the other's.
  const utmost = subtractCovered(uniteRoutes(grants), always);

  const literal = measure(createLiteralEncoding(stage, denials), utmost);
  const { encoding, bytes, longestResource } = fitsBudget(literal)
    ? literal
    : measure(createCompactEncoding(stage, denials), utmost);

  const resourcesWithoutScopes = encoding.encode(always);
  const kept = new Map<string, readonly string[]>();

  function resourcesFor(tokenGrants: ReadonlySet<string>): readonly string[] {
    const held = groups.filter(({ scopes }) =>
      scopes.every((scope) => tokenGrants.has(scope)),
    );
    if (held.length === 0) return resourcesWithoutScopes;
    const key = held.map(({ names }) => names).join("\n");
    const known = kept.get(key);
    if (known !== undefined) return known;
    const resources = encoding.encode(
      subsume(
        uniteRoutes([...unscoped, ...held.flatMap((group) => group.routes)]),
      ),
    );
    if (kept.size < MAX_KEPT_COMBINATIONS) kept.set(key, resources);
    return resources;
  }

  return {
    bytes,
    longestResource,
    build(tokenGrants, validUntil) {
      const resources = resourcesFor(tokenGrants);
      return resources.length === 0
        ? undefined
        : assemble(resources, encoding.denied, validUntil);
    },
  };
}

/** The policy of a forbid: nothing on this stage, for as long as the gateway keeps it. */
export function buildDenyPolicy(stage: StageArn): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [deny([`${formatStageArn(stage)}/*`])],
  };
}

function measure(
  encoding: PolicyEncoding,
  utmost: RouteSet,
): {
  readonly encoding: PolicyEncoding;
  readonly bytes: number;
  readonly longestResource: number;
} {
  const resources = encoding.encode(utmost);
  const document = assemble(resources, encoding.denied, MAX_VALID_UNTIL);
  return {
    encoding,
    // All of it is ASCII, so characters are bytes.
    bytes: JSON.stringify(document).length,
    longestResource: Math.max(
      ...[...resources, ...encoding.denied].map(({ length }) => length),
    ),
  };
}

/** Any date of four-digit years is as long as this one. */
const MAX_VALID_UNTIL = 253_402_300_799;

function assemble(
  allowed: readonly string[],
  denied: readonly string[],
  validUntil: number | undefined,
): PolicyDocument {
  const allow: PolicyStatement = {
    Effect: "Allow",
    Action: "execute-api:Invoke",
    Resource: allowed,
    ...(validUntil === undefined ? {} : expiringAt(validUntil)),
  };
  return { Version: "2012-10-17", Statement: [allow, deny(denied)] };
}

function deny(resources: readonly string[]): PolicyStatement {
  return { Effect: "Deny", Action: "execute-api:Invoke", Resource: resources };
}

/** Whole seconds, rounded down: IAM's date format without a fraction. */
function expiringAt(
  seconds: number,
): Required<Pick<PolicyStatement, "Condition">> {
  const time = new Date(Math.floor(seconds) * 1_000).toISOString();
  return {
    Condition: {
      DateLessThan: { "aws:CurrentTime": `${time.slice(0, -".000Z".length)}Z` },
    },
  };
}
