import { defineConfig } from "vitest/config";

/** `npm run test:fastapi`: the FastAPI example behind the local gateway; needs a Python with its packages. */
export default defineConfig({
  test: {
    include: ["test/examples/**/*.python.ts"],
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
