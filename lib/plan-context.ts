/** The context keys of usage plans, of which `plans` is a JSON object, as the stack's props. */
import type { ContextReader } from "./context-reader.ts";
import { definedOnly } from "./defined-only.ts";
import {
  findPlanProblems,
  type UsagePlanOptions,
  type UsagePlansOptions,
} from "./usage-plans.ts";

export const PLANS_EXAMPLE = `'{"free":{"rate":10,"burst":20,"quota":{"limit":10000,"period":"DAY"}}}'`;

export type ParsedPlans =
  | {
      readonly ok: true;
      readonly plans: Readonly<Record<string, UsagePlanOptions>>;
    }
  | { readonly ok: false; readonly problem: string };

/** @param given the value of the key `plans` */
export function readPlans(
  { isGiven, readText, readBoolean, addMalformed }: ContextReader,
  given: unknown,
): UsagePlansOptions & { readonly enforcePlans: boolean | undefined } {
  const parsed = isGiven("plans") ? parsePlans(given) : NO_PLANS;
  const options: UsagePlansOptions = definedOnly({
    plans: parsed.ok ? parsed.plans : undefined,
    defaultPlan: readText("defaultPlan"),
  });
  const enforcePlans = readBoolean("enforcePlans");
  for (const problem of parsed.ok
    ? findPlanProblems(options)
    : [parsed.problem]) {
    addMalformed("plans", problem);
  }
  if (enforcePlans !== undefined && !isGiven("plans")) {
    addMalformed("enforcePlans", "means nothing without plans");
  }
  return { ...options, enforcePlans };
}

const NO_PLANS = { ok: true, plans: undefined } as const;

/** @param value text, or an object from cdk.json. Limits are looked at by who looks at the prop. */
export function parsePlans(value: unknown): ParsedPlans {
  const parsed = typeof value === "string" ? parseJson(value) : value;
  if (!isRecord(parsed)) {
    return refuse(`must be a JSON object, as in ${PLANS_EXAMPLE}`);
  }
  const plans: [string, UsagePlanOptions][] = [];
  for (const [name, plan] of Object.entries(parsed)) {
    const where = `plan ${JSON.stringify(name)}`;
    if (!hasOnly(plan, ["rate", "burst", "quota"])) {
      return refuse(
        `${where} must be an object of rate, burst and quota alone, as in ${PLANS_EXAMPLE}`,
      );
    }
    const { rate, burst, quota } = plan;
    if (typeof rate !== "number" || typeof burst !== "number") {
      return refuse(`${where} needs numbers for rate and burst`);
    }
    if (quota !== undefined && !hasOnly(quota, ["limit", "period"])) {
      return refuse(`the quota of ${where} must have limit and period alone`);
    }
    plans.push([
      name,
      {
        rateLimit: rate,
        burstLimit: burst,
        // Not a number, or not a period: said by who looks at the prop, in the same words.
        ...(quota && {
          quota: {
            limit: quota["limit"] as number,
            period: quota["period"] as "DAY",
          },
        }),
      },
    ]);
  }
  return { ok: true, plans: Object.fromEntries(plans) };
}

function refuse(problem: string): ParsedPlans {
  return { ok: false, problem };
}

function hasOnly<Name extends string>(
  value: unknown,
  names: readonly Name[],
): value is Readonly<Partial<Record<Name, unknown>>> {
  return (
    isRecord(value) &&
    Object.keys(value).every((name) =>
      (names as readonly string[]).includes(name),
    )
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: no object either, and the caller says so.
    return undefined;
  }
}
