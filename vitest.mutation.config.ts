// The tests that mutants run against: those of their own part, see stryker.config.js.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include:
      process.env["MUTATION_PART"] === "authorizer"
        ? [
            "test/mutation/authorizer-tests.ts",
            "test/lambda/authorizer/adapters/dynamo-tenants.test.ts",
            "test/lambda/authorizer/adapters/jwks-fetcher.test.ts",
          ]
        : ["test/mutation/core-tests.ts"],
    setupFiles: ["test/mutation/setup.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    unstubEnvs: true,
  },
});
