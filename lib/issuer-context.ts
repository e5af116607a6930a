/** The context keys `auth0Domain` and `issuer`, as the prop that both make. */
import type { ContextReader } from "./context-reader.ts";
import { findIssuerProblem, findRepeatProblem } from "./prop-checks.ts";

export function readIssuers(reader: ContextReader): readonly string[] {
  if (!reader.isGiven("auth0Domain") && !reader.isGiven("issuer")) {
    reader.addMissing(
      "auth0Domain",
      "the domain of your Auth0 tenant, several separated by commas (or issuer: full issuer URLs)",
    );
  }
  const issuers = [
    ...reader
      .readList("auth0Domain", findDomainProblem)
      .map((domain) => `https://${plainDomain(domain)}/`),
    ...reader.readList("issuer", findIssuerProblem),
  ];
  reader.addMalformed("issuer", findRepeatProblem("the list", issuers));
  return issuers;
}

/** Auth0's dashboard shows the bare domain, its documentation the URL: both are meant. */
function plainDomain(text: string): string {
  return text
    .toLowerCase()
    .replace(/^https:\/\//, "")
    .replace(/\/$/, "");
}

function findDomainProblem(text: string): string | undefined {
  const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
  return new RegExp(`^(?:${label}\\.)+${label}$`).test(plainDomain(text))
    ? undefined
    : `${JSON.stringify(text)} is not a domain such as acme.eu.auth0.com; an issuer with a port or a path goes to the key issuer, as a URL`;
}
