import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createFunctions,
  type LocalFunctions,
  type LocalFunctionsOptions,
} from "../../../local/functions/functions.ts";
import type { StackResource } from "../../../local/stack.ts";

export interface FixtureFunction {
  /** The source of `index.mjs`, or of another file when `file` says so. */
  readonly code: string;
  readonly file?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** Runs small handlers the way a synthesized stack's would run; `Symbol.asyncDispose` stops and removes everything. */
export function startFixtureFunctions(
  fixtures: Readonly<Record<string, FixtureFunction>>,
  options: Partial<LocalFunctionsOptions> = {},
): LocalFunctions & AsyncDisposable {
  const root = mkdtempSync(join(tmpdir(), "functions-test-"));
  const resources = new Map<string, StackResource>();
  const assets = new Map<string, string>();
  for (const [logicalId, fixture] of Object.entries(fixtures)) {
    const directory = join(root, logicalId);
    mkdirSync(directory);
    writeFileSync(join(directory, fixture.file ?? "index.mjs"), fixture.code);
    assets.set(`${logicalId}.zip`, directory);
    resources.set(logicalId, {
      logicalId,
      type: "AWS::Lambda::Function",
      properties: {
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Code: { S3Bucket: "assets", S3Key: `${logicalId}.zip` },
        ...fixture.properties,
      },
    });
  }
  const functions = createFunctions({
    stack: {
      name: "fixture",
      region: "eu-central-1",
      account: "123456789012",
      partition: "aws",
      resources,
      outputs: new Map(),
      assets,
    },
    stateDirectory: join(root, "state"),
    switches: {},
    ...options,
  });
  return {
    ...functions,
    [Symbol.asyncDispose]: async () => {
      await functions.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Log lines can lag behind the answer: they travel on another pipe. */
export async function eventually<T>(
  find: () => T | undefined | false,
  timeoutMs = 5000,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = find();
    if (found !== undefined && found !== false) {
      return found;
    }
    if (performance.now() > end) {
      throw new Error(`did not happen within ${timeoutMs} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
