import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { getJson, messageOf } from "./call-api.ts";

export interface Polled<T> {
  /** The latest answer, also while newer ones fail. */
  readonly data: T | undefined;
  readonly problem: string | undefined;
  /** Asks at once, without waiting for its turn. */
  readonly refresh: () => Promise<void>;
}

/** Asks again and again while somebody can see the page; never twice at a time. */
export function usePolled<T>(path: string, intervalMs: number): Polled<T> {
  const [data, setData] = useState<T>();
  const [problem, setProblem] = useState<string>();
  const latest = useRef(0);

  const refresh = useCallback(async () => {
    latest.current += 1;
    const turn = latest.current;
    try {
      const answer = await getJson<T>(path);
      // An answer that was overtaken is older than what is shown.
      if (turn !== latest.current) return;
      setData(() => answer);
      setProblem(undefined);
    } catch (error) {
      if (turn === latest.current) setProblem(messageOf(error));
    }
  }, [path]);

  useEffect(() => {
    let timer: number | undefined;
    // A round that is under way when the page is hidden ends with itself, also if the page is back by then.
    let round = 0;
    const stop = (): void => {
      round += 1;
      window.clearTimeout(timer);
    };
    const run = async (): Promise<void> => {
      const mine = round;
      await refresh();
      if (mine !== round) return;
      timer = window.setTimeout(() => void run(), intervalMs);
    };
    const onVisibility = (): void => {
      stop();
      if (!document.hidden) void run();
    };
    document.addEventListener("visibilitychange", onVisibility);
    onVisibility();
    return () => {
      stop();
      document.removeEventListener("visibilitychange", onVisibility);
    };
  }, [refresh, intervalMs]);

  return { data, problem, refresh };
}
