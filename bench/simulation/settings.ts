/** The product's defaults, by the product's own parser: what a stack without further options runs with. */
import { parseConfig } from "../../lambda/authorizer/config.ts";
import { ENV } from "../../lambda/authorizer/env-names.ts";

export const ISSUER = "https://example.eu.auth0.com/";

export const SETTINGS = parseConfig({
  [ENV.issuers]: ISSUER,
  [ENV.audiences]: "https://api.example.com",
  [ENV.tenantTable]: "tenants",
});
