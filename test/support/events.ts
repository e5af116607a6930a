/** TOKEN authorizer events, as API Gateway sends them. */
import { readFileSync, readdirSync } from "node:fs";
import type {
  AuthorizerResult,
  DecisionLogEntry,
} from "../../lambda/authorizer/create-authorizer.ts";
import { type Overrides, signAccessToken, withOverrides } from "./tokens.ts";

export const STAGE_ARN =
  "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod";

/** The ARN of a request to the stage: `GET` and `/acme/orders` by default. */
export function methodArn(
  method = "GET",
  path = "/acme/orders",
  stageArn = STAGE_ARN,
): string {
  return `${stageArn}/${method}${path}`;
}

/** An event with a good token, but for the overrides; `undefined` takes a member away. */
export function tokenEvent(overrides: Overrides = {}): Record<string, unknown> {
  return withOverrides(
    {
      type: "TOKEN",
      authorizationToken: `Bearer ${signAccessToken()}`,
      methodArn: methodArn(),
    },
    overrides,
  );
}

/** One file of test/support/events: what arrives, what the table holds, and what must be said to it. */
export interface EventCase {
  readonly title: string;
  /** Changes to the valid baseline; `null` takes a claim away. */
  readonly token: {
    readonly claims?: Overrides;
    readonly header?: Overrides;
    /** Claims in seconds from now. */
    readonly claimsFromNow?: Readonly<Record<string, number>>;
  };
  /** The DynamoDB item for the token's tenant; `null` when there is none. */
  readonly item: Readonly<Record<string, unknown>> | null;
  /** The event, with `{token}` where the signed token is to stand. */
  readonly event: Readonly<Record<string, unknown>>;
  readonly decision: Pick<DecisionLogEntry, "outcome" | "reason"> & {
    /** Of an allow or a forbid. */
    readonly result?: Pick<AuthorizerResult, "principalId" | "context">;
    /** Of the other two: the thrown message. */
    readonly thrown?: string;
  };
}

/** Every event file, by name. */
export function readEventCases(): readonly EventCase[] {
  const folder = new URL("events/", import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map(
      (name) =>
        JSON.parse(readFileSync(new URL(name, folder), "utf8")) as EventCase,
    );
}

/** The case's event with its token signed for this instant, in epoch seconds. */
export function eventOf(
  { token, event }: EventCase,
  now: number,
): Record<string, unknown> {
  const times = Object.entries({
    iat: -60,
    exp: 3_600,
    ...token.claimsFromNow,
  }).map(([name, seconds]) => [name, now + seconds] as const);
  const signed = signAccessToken({
    ...token,
    claims: {
      ...Object.fromEntries(times),
      ...withoutNulls(token.claims ?? {}),
    },
  });
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => [
      name,
      typeof value === "string" ? value.replace("{token}", signed) : value,
    ]),
  );
}

/** JSON has no `undefined`. */
function withoutNulls(members: Overrides): Overrides {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, value ?? undefined]),
  );
}
