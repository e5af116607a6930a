// Mutation testing of the decision code: `npm run mutation` runs it in two parts, so that a mutant of the core does
// not wait for tests with sockets. What survives is argued for in docs/mutation-survivors.md.
const part = process.env.MUTATION_PART ?? "core";
const mutate = {
  core: [
    "lambda/core/**/*.ts",
    // Texts for people, whose names are types: the README's test reads them.
    "!lambda/core/reasons.ts",
  ],
  authorizer: [
    "lambda/authorizer/adapters/**/*.ts",
    "lambda/authorizer/create-authorizer.ts",
    "lambda/authorizer/fault-counts.ts",
    "lambda/authorizer/kept-decisions.ts",
    "lambda/authorizer/step-times.ts",
    "lambda/authorizer/config.ts",
  ],
}[part];

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  mutate,
  testRunner: "vitest",
  vitest: {
    configFile: "vitest.mutation.config.ts",
    // The import lines do not show which tests core-tests.ts brings along.
    related: false,
  },
  coverageAnalysis: "perTest",
  concurrency: 2,
  // Generous, because a busy machine is no endless loop; those are cut off by their count.
  timeoutMS: 60_000,
  incremental: true,
  incrementalFile: `reports/mutation/${part}-incremental.json`,
  reporters: ["html", "json", "clear-text", "progress"],
  htmlReporter: { fileName: `reports/mutation/${part}.html` },
  jsonReporter: { fileName: `reports/mutation/${part}.json` },
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  tempDirName: ".stryker-tmp",
  ignorePatterns: [
    "cdk.out",
    ".local*",
    ".stryker-tmp*",
    "reports",
    "coverage",
    "bench",
    "examples",
    "screenshots",
  ],
};
