/** A rule of the design, and how to take it out of the code. */
export interface Rule {
  /** In the design's words. */
  readonly name: string;
  /** All of them together take the rule away: some are kept twice. */
  readonly edits: readonly Edit[];
  /**
   * Why no attack can see that it is gone. Such a rule is a second line; a rule that an attack does see must not
   * be called one.
   */
  readonly secondLine?: string;
}

export interface Edit {
  /** From the repository's root. */
  readonly file: string;
  /** Must stand in the file exactly once. */
  readonly search: string;
  readonly replace: string;
}

/** Rules whose code is in one file, by one edit each: name, what stands there, what takes its place. */
export const inFile = (
  file: string,
  ...rules: readonly (readonly [string, string, string, string?])[]
): readonly Rule[] =>
  rules.map(([name, search, replace, secondLine]) => ({
    name,
    edits: [{ file, search, replace }],
    ...(secondLine !== undefined && { secondLine }),
  }));

/** Rules in a table of rules, each by its name and its reason: they refuse nothing any more. */
export const inTable = (
  file: string,
  table: string,
  ...rules: readonly (readonly [string, string])[]
): readonly Rule[] =>
  inFile(
    file,
    ...rules.map(
      ([name, reason]) =>
        [
          name,
          `${table}.find(`,
          `${table}.filter(({ reason }) => reason !== "${reason}").find(`,
        ] as const,
    ),
  );
