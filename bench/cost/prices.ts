/**
 * List prices in US dollars, without free tiers, discounts and taxes. They were written down from secondary sources
 * and unverified: whoever decides by them opens the pricing pages first and corrects this file, which is the only
 * place where a price stands.
 */

/** So many requests a month at this price, counted from the end of the tier before. */
export interface Tier {
  readonly upToRequests: number;
  readonly perMillion: number;
}

export interface Prices {
  readonly region: string;
  /** API Gateway, REST API calls. */
  readonly gatewayTiers: readonly Tier[];
  /** Lambda, ARM64. */
  readonly invocationsPerMillion: number;
  /** Lambda, ARM64, first tier. INIT counts like the rest (since August 2025). */
  readonly gbSecond: number;
  /** DynamoDB on demand: a consistent read of up to 4 kB is one unit. */
  readonly readUnitsPerMillion: number;
  /** CloudWatch Logs, standard class, without storage. */
  readonly logsPerGigabyte: number;
}

/** When they were written down. */
export const PRICES_DATE = "2026-11-24";

export const PRICE_SOURCES: readonly string[] = [
  "us-east-1, API Gateway: AWS whitepaper “Best Practices for Designing Amazon API Gateway Private APIs”, table 4",
  "us-east-1, the others: articles of 2025 and 2026 that quote the pricing pages; to be checked",
  "eu-central-1: not verified; to be checked",
  "pages to check: aws.amazon.com/api-gateway/pricing, /lambda/pricing, /dynamodb/pricing/on-demand, /cloudwatch/pricing",
];

const tiers = (...perMillion: readonly number[]): readonly Tier[] =>
  [333e6, 1_000e6, 20_000e6, Infinity].map((upToRequests, at) => ({
    upToRequests,
    perMillion: perMillion[at] ?? Number.NaN,
  }));

export const PRICES = {
  "us-east-1": {
    region: "us-east-1",
    gatewayTiers: tiers(3.5, 2.8, 2.38, 1.51),
    invocationsPerMillion: 0.2,
    gbSecond: 0.0000133334,
    readUnitsPerMillion: 0.125,
    logsPerGigabyte: 0.5,
  },
  "eu-central-1": {
    region: "eu-central-1",
    gatewayTiers: tiers(3.7, 3.19, 2.71, 1.72),
    invocationsPerMillion: 0.2,
    gbSecond: 0.0000133334,
    readUnitsPerMillion: 0.1525,
    logsPerGigabyte: 0.63,
  },
} as const satisfies Record<string, Prices>;
