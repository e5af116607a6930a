import { defineConfig } from "vitest/config";

/** `npm run test:browser`: journeys in a real Chromium. */
export default defineConfig({
  test: {
    include: ["test/browser/**/*.browser.ts"],
    // A journey waits for pages, cold starts and suspensions.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Each file has a local run and a browser of its own; two at once would only wait for each other.
    fileParallelism: false,
  },
});
