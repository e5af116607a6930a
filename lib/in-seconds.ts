import { type Duration, Tokenization } from "aws-cdk-lib";

/** A duration as an environment variable's value, also when it is known at deployment only. */
export function inSeconds(duration: Duration): string {
  return Tokenization.stringifyNumber(duration.toSeconds());
}
