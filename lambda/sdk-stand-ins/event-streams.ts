/**
 * Bundled in place of `@smithy/core/event-streams` (see lib/sdk-stand-ins.ts): the SDK's protocols load it when an
 * operation streams events, and none that we call does.
 */

/** The class that the SDK constructs. Fails where streaming would begin, instead of sending something else. */
export function EventStreamSerde(): never {
  throw new Error("event streams are left out of this bundle");
}

/** The other name that it imports; what this returns goes into the constructor above. */
export function eventStreamSerdeProvider(): undefined {
  return undefined;
}
