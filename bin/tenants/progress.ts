import type { World } from "./world.ts";

export interface Progress {
  /** Says how far the work is; cheap to call for every item. */
  readonly report: (text: string) => void;
  /** Removes the line again, where that is possible. */
  readonly end: () => void;
}

/** Short work stays silent. */
const SILENT_MS = 1_000;
const TERMINAL_INTERVAL_MS = 200;
/** In a log, where every report is a line that stays. */
const LOG_INTERVAL_MS = 5_000;

/** Progress of long work, on stderr. */
export function createProgress(world: World): Progress {
  const { isStderrTerminal: isTerminal, stderr, now } = world;
  let nextMs = now() + SILENT_MS;
  let isShown = false;
  return {
    report(text) {
      if (now() < nextMs) return;
      nextMs = now() + (isTerminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS);
      stderr(isTerminal ? `\r\u001b[K${text}` : `${text}\n`);
      isShown = true;
    },
    end() {
      if (isShown && isTerminal) stderr("\r\u001b[K");
    },
  };
}
