import type { StepName } from "../api.ts";
import { CLAIM_REASONS, SIGNATURE_REASONS } from "./claim-reasons.ts";
import { GATEWAY_REASONS } from "./gateway-reasons.ts";
import type { Reasons } from "./reason.ts";
import { OUTAGE_REASONS, TENANT_REASONS } from "./tenant-reasons.ts";
import { TOKEN_REASONS } from "./token-reasons.ts";

/** The authorizer's reasons. It is a black box to us: a test holds this table against the README's. */
export const REASONS: Reasons = {
  ...TOKEN_REASONS,
  ...SIGNATURE_REASONS,
  ...CLAIM_REASONS,
  ...TENANT_REASONS,
  ...OUTAGE_REASONS,
};

export interface ReasonText {
  /** `undefined` for a code that is in no table. */
  readonly step: StepName | undefined;
  readonly meaning: string;
  readonly advice: string;
}

export function findReason(code: string): ReasonText {
  const known = Object.hasOwn(REASONS, code)
    ? REASONS[code]
    : Object.hasOwn(GATEWAY_REASONS, code)
      ? GATEWAY_REASONS[code]
      : undefined;
  return (
    known ?? {
      step: undefined,
      meaning: "the console has no text for this code",
      advice: "Look for it in the README.",
    }
  );
}
