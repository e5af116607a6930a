/** Attacks by a change of acme's record. */
import type { Overrides } from "../support/tokens.ts";
import {
  type Attack,
  type AttackDetails,
  type Expected,
  couldNotTell,
  withToken,
} from "./attack.ts";
import { accessToken } from "./baseline.ts";

/** The baseline's token while acme's record has these attributes. */
export const withRecord = (
  name: string,
  record: Overrides,
  expected: Expected,
  details: AttackDetails = {},
): Attack =>
  withToken(name, () => accessToken(), expected, {
    deployment: { record },
    ...details,
  });

/** A DynamoDB value in a few words. */
export const brief = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 50)}… (${text.length})` : text;
};

/** Every value makes the record broken, and the log names the attribute. */
export const breaking = (
  attribute: string,
  values: readonly unknown[],
): readonly Attack[] =>
  values.map((value) =>
    withRecord(
      `does not understand the ${attribute} ${brief(value)}`,
      { [attribute]: value },
      couldNotTell("record_broken", attribute),
    ),
  );
