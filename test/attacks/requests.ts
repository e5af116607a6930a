/** Good tokens on requests that may not be theirs: the policy decides, judged by the tests' own evaluator. */
import { methodArn } from "../support/events.ts";
import type { PolicyVerdict } from "../support/policy-oracle.ts";
import type { Overrides } from "../support/tokens.ts";
import { type Attack, allowedWith } from "./attack.ts";
import { accessToken } from "./baseline.ts";

const VERDICTS: Readonly<Record<PolicyVerdict, string>> = {
  allow: "opens",
  implicit_deny: "does not open",
  explicit_deny: "denies",
};

export const brief = (text: string): string =>
  JSON.stringify(
    text.length > 70 ? `${text.slice(0, 60)}… (${text.length})` : text,
  );

/** A request by its whole ARN. */
export const onArn = (
  name: string,
  arn: string,
  verdict: PolicyVerdict,
  record: Overrides = {},
): Attack => ({
  name,
  deployment: { record },
  event: () => ({
    authorizationToken: `Bearer ${accessToken()}`,
    methodArn: arn,
  }),
  expected: allowedWith({ verdict, arn }),
});

/** A request by its method and path. */
export const on = (
  [method, path]: readonly [string, string],
  verdict: PolicyVerdict,
  why = "",
  record: Overrides = {},
): Attack =>
  onArn(
    `${VERDICTS[verdict]} ${method} ${brief(path)}${why === "" ? "" : ` ${why}`}`,
    methodArn(method, path),
    verdict,
    record,
  );
