// Type-aware linting at typescript-eslint's strictest preset. Every override below says why it stands.
import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  globalIgnores([
    "node_modules",
    "cdk.out",
    "dist",
    "dist-docs",
    ".local*",
    "coverage",
    "reports",
    ".stryker-tmp*",
    "examples/spa/dist",
  ]),
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [
      js.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "CallExpression[callee.object.name='vi'][callee.property.name='mock']",
          message: "pass a fake in instead of mocking a module",
        },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      // Numbers are safe in a template; the preset's default refuses them.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true },
      ],
      // `return problems.add(…)` notes a problem and yields undefined: a value here, not a void.
      "@typescript-eslint/no-confusing-void-expression": "off",
      // tsc's noPropertyAccessFromIndexSignature asks for the opposite on index signatures.
      "@typescript-eslint/dot-notation": "off",
    },
  },
  {
    // A test may hand a parser what the type forbids, to see it refused.
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/explicit-module-boundary-types": "off" },
  },
);
