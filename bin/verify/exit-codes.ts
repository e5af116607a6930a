/** API for scripts: add, never renumber. Listed in docs/verify.md. */
export const EXIT = {
  /** Every check that ran has passed. */
  ok: 0,
  /** At least one check has failed. */
  findings: 1,
  /** The command line, the file or the stage was no good, or a limit or Ctrl-C ended the run early. */
  couldNotRun: 2,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
