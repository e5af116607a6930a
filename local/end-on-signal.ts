export interface End {
  /** A second time, after a while, it ends the process at once. */
  readonly ask: () => void;
  readonly asked: Promise<void>;
  readonly signal: AbortSignal;
}

/** Ctrl-C, `kill`, a closed terminal or a closed pipe ask the run to end. */
export function endOnSignal(): End {
  const controller = new AbortController();
  const { signal } = controller;
  let askedAtMs = 0;
  const ask = (): void => {
    if (!signal.aborted) {
      askedAtMs = performance.now();
      controller.abort();
    } else if (performance.now() - askedAtMs > 1000) {
      // Asked again, and not by npm, which passes on the very signal that the terminal sent here as well. What is
      // left goes with this process: the guard sees to that.
      process.exit(130);
    }
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, ask);
  }
  process.stdout.on("error", () => {
    // `npm start | head`: nobody is watching any more. Each line written after that is one more error.
    controller.abort();
  });
  const asked = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => {
      resolve();
    });
  });
  return { ask, asked, signal };
}
