/** Stand-ins for the world: functions and values, never a mocked module. */
import { NOW } from "./tokens.ts";

/** A port that the case must not reach: it throws when called. */
export function unusedPort(name: string): () => never {
  return () => {
    throw new Error(`${name} was called`);
  };
}

export interface ManualClock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly advance: (seconds: number) => void;
}

/** A clock that stands still until it is told to go on. */
export function manualClock(startSeconds = NOW): ManualClock {
  let nowMs = startSeconds * 1_000;
  return {
    now: () => nowMs,
    advance: (seconds) => {
      nowMs += seconds * 1_000;
    },
  };
}

export interface Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}

/** A promise that the test settles itself, to hold a call in flight. */
export function deferred<Value>(): Deferred<Value> {
  return Promise.withResolvers<Value>();
}

export interface ScriptedPort<Input extends readonly unknown[], Output> {
  readonly port: (...input: Input) => Promise<Output>;
  /** The arguments of every call so far. */
  readonly calls: Input[];
}

/** A port that gives these answers one after another, an Error by rejecting, and the last one from then on. */
export function scriptedPort<Input extends readonly unknown[], Output>(
  ...answers: readonly (Output | Error | Promise<Output>)[]
): ScriptedPort<Input, Output> {
  const calls: Input[] = [];
  return {
    calls,
    port: async (...input) => {
      const answer = answers[Math.min(calls.length, answers.length - 1)];
      calls.push(input);
      if (answer instanceof Error) throw answer;
      return (await answer) as Output;
    },
  };
}
