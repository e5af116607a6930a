/** What the command's exit code says. API for scripts: add, never renumber. Listed in docs/tenants.md. */
export const EXIT = {
  /** Done; or the answer is yes; or nothing worse than warnings was found. */
  ok: 0,
  /** The answer is no: a finding, a refused request, a record that is not good, a write that was not made. */
  refused: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** AWS, the API or the local run did not answer, or would not. */
  unreachable: 3,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
