/** A record against the API and the function that are deployed. */
import { meets, routePattern } from "../../../lambda/core/path-patterns.ts";
import { METHODS, type Route } from "../../../lambda/core/routes.ts";
import { type Flaw, flaw } from "./finding.ts";
import {
  type ApiRoutePattern,
  type Circumstances,
  grantsOf,
  type RecordRule,
} from "./survey.ts";

export const findDeploymentFlaws: RecordRule = ({ tenant }, circumstances) => {
  const { issuers, plans, apiRoutes, stageName } = circumstances;
  const { issuer, plan } = tenant;
  const grants = grantsOf(tenant);
  return [
    ...(issuer !== undefined && issuers.size > 0 && !issuers.has(issuer)
      ? [
          flaw(
            "issuer_unknown",
            "issuer",
            `is none of the function's: ${[...issuers].join(", ")}`,
          ),
        ]
      : []),
    ...(plan !== undefined && isUnknownPlan(plan, plans)
      ? [
          flaw(
            "plan_unknown",
            "plan",
            `${plan} is none of the stage's usage plans: ${[...(plans ?? [])].join(", ")}`,
          ),
        ]
      : []),
    ...grants
      .filter(({ path }) => path.startsWith(`/${stageName}/`))
      .map(({ text }) =>
        flaw(
          "route_with_stage",
          "routes",
          `"${text}" begins with the stage's name, which is not part of a path`,
        ),
      ),
    ...(apiRoutes === undefined
      ? []
      : grants.flatMap((grant) => findUnreachable(grant, apiRoutes))),
  ];
};

/** Without any usage plan `plan` is a word for the backend. A stack's plans may bear its name before theirs. */
function isUnknownPlan(plan: string, plans: Circumstances["plans"]): boolean {
  return (
    plans !== undefined &&
    plans.size > 0 &&
    ![...plans].some((name) => name === plan || name.endsWith(`-${plan}`))
  );
}

function findUnreachable(
  { path, methods, text }: Route,
  apiRoutes: readonly ApiRoutePattern[],
): readonly Flaw[] {
  const pattern = routePattern(path);
  const meeting = apiRoutes.filter((route) => meets(pattern, route.pattern));
  if (meeting.length === 0) {
    return [
      flaw(
        "route_unreachable",
        "routes",
        `"${text}": the API has no such path`,
      ),
    ];
  }
  const lacking = methods.filter(
    (name) =>
      !meeting.some(({ method }) => method === name || method === "ANY"),
  );
  // Who writes * means whatever there is, unless there is nothing.
  const isMeant = methods.length === METHODS.length;
  return lacking.length === 0 || (isMeant && lacking.length < methods.length)
    ? []
    : [
        flaw(
          "route_unreachable",
          "routes",
          `"${text}": the API takes no ${lacking.join(", ")} there`,
        ),
      ];
}
