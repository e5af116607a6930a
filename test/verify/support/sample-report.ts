import type { Report } from "../../../bin/verify/report/report.ts";

/** Hostile in every place that somebody else can fill. */
export const MARKUP = `<img src=x onerror="alert(1)">&'`;

export const SAMPLE_REPORT: Report = {
  tool: { name: "auth0-tenant-authorizer", version: "1.2.3", node: "v24.0.0" },
  target: {
    kind: "deployed",
    url: "https://api.acme.test/prod",
    hosts: ["api.acme.test"],
    tenants: [
      { name: "acme", requests: ["GET /acme/orders"] },
      { name: "globex", requests: [`GET /globex/${MARKUP}`] },
    ],
  },
  startedAt: "2027-01-15T08:00:00.000Z",
  endedAt: "2027-01-15T08:01:30.000Z",
  requests: 420,
  limits: { requestsPerSecond: 5, maxRequests: 2_000, maxSeconds: 1_200 },
  verdict: "findings",
  faults: [`outage: ${MARKUP}`],
  checks: [
    {
      id: "own-routes",
      proves: "each tenant's token opens the tenant's own routes",
      how: "each tenant's token on each of its routes",
      expected: "let in",
      verdict: "pass",
      cases: 2,
      seen: "2 × 200 (let in)",
      findings: [],
    },
    {
      id: "cross-tenant",
      proves: "no tenant's token opens another tenant's route",
      how: "each tenant's token on each other tenant's routes",
      expected: "403",
      verdict: "fail",
      cases: 20,
      seen: "19 × 403 route_not_granted, 1 × 200 (let in)",
      findings: [
        `acme on GET /globex/${MARKUP}: 200 (let in)`,
        ...Array.from(
          { length: 9 },
          (_, at) => `acme on GET /globex/${at}: 200 (let in)`,
        ),
        `acme on GET /globex/${"x".repeat(200)}: 200 (let in)`,
      ],
    },
    {
      id: "suspension-lag",
      proves: "a suspension is seen within its bound",
      how: "a row suspended and put back",
      expected: "403 within the bound",
      verdict: "not run",
      cases: 0,
      seen: "no tenant may be suspended",
      findings: [],
    },
  ],
  observations: [
    {
      id: "two-headers",
      question: "Which of two Authorization headers counts?",
      observed: ["the last: 200 (let in)"],
      meaning: "the one with which the request is let in",
    },
  ],
  repeat: `npm run verify -- --url https://api.acme.test/prod --json '${MARKUP}'`,
};
