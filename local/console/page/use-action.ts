import { useState } from "preact/hooks";
import { messageOf } from "./call-api.ts";

export interface Action {
  readonly isBusy: boolean;
  readonly problem: string | undefined;
  /** Does it, unless something is still being done. */
  readonly run: (work: () => Promise<unknown>) => void;
}

/** One thing at a time that a button does, and what went wrong with it. */
export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const start = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  return {
    isBusy,
    problem,
    run: (work) => {
      if (!isBusy) void start(work);
    },
  };
}
