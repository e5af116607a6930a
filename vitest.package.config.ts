import { defineConfig } from "vitest/config";

// Builds and packs first, which takes longer than all of a unit test's patience.
export default defineConfig({
  test: {
    include: ["test/package/**/*.package.ts"],
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
});
