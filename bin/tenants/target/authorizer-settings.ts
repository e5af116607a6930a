/**
 * The function's settings, from its environment variables. Their names are the function's own
 * (lambda/authorizer/env-names.ts, which this folder may not import; a test holds the two together).
 */
import { own, ownOr } from "../../../lambda/core/json.ts";
import type { AuthorizerSettings } from "./deployment.ts";

export const AUTHORIZER_ENV = {
  issuers: "AUTH0_ISSUERS",
  audiences: "AUTH0_AUDIENCES",
  tenantTable: "TENANT_TABLE",
  tenantClaim: "TENANT_CLAIM",
  defaultRoutes: "DEFAULT_ROUTES",
  clockToleranceSeconds: "CLOCK_TOLERANCE_SECONDS",
  maxTokenLifetimeSeconds: "MAX_TOKEN_LIFETIME_SECONDS",
} as const;

/** What is not plain text, as where it is a stack's parameter, is not known. */
export function readAuthorizerSettings(
  environment: Readonly<Record<string, unknown>>,
): AuthorizerSettings {
  const text = (name: string): string | undefined => {
    const value = own(environment, name);
    return typeof value === "string" ? value : undefined;
  };
  return {
    tenantClaim: text(AUTHORIZER_ENV.tenantClaim),
    issuers: splitList(text(AUTHORIZER_ENV.issuers)),
    audiences: splitList(text(AUTHORIZER_ENV.audiences)),
    defaultRoutes: parseRoutes(
      ownOr(environment, AUTHORIZER_ENV.defaultRoutes, "[]"),
    ),
    clockToleranceSeconds: Number(
      text(AUTHORIZER_ENV.clockToleranceSeconds) ?? 5,
    ),
    maxTokenLifetimeSeconds: Number(
      text(AUTHORIZER_ENV.maxTokenLifetimeSeconds) ?? 2_592_000,
    ),
  };
}

function splitList(text: string | undefined): readonly string[] | undefined {
  return text
    ?.split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

function parseRoutes(text: unknown): readonly string[] | undefined {
  if (typeof text !== "string") return undefined;
  try {
    const routes: unknown = JSON.parse(text);
    return Array.isArray(routes) &&
      routes.every((route) => typeof route === "string")
      ? routes
      : undefined;
  } catch {
    // Not JSON: the function would not start with it, and no record can be judged by it.
    return undefined;
  }
}
