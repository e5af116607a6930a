import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";

const PROJECT_ROOT = join(import.meta.dirname, "..");

/** The app refused or failed; the message carries its own words. */
export class SynthesisError extends Error {
  readonly code = "synthesis_failed";
}

/**
 * Runs the CDK app as `cdk deploy` would, with its own context keys, and leaves template and bundles in `outDir`.
 * @throws SynthesisError with what the app wrote to its standard error
 */
export async function synthesize(options: {
  readonly outDir: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}): Promise<void> {
  const { outDir, context, signal } = options;
  // What an earlier run left must not stand in for what this one fails to write.
  rmSync(outDir, { recursive: true, force: true });
  const app = spawn(process.execPath, [join("bin", "app.ts")], {
    cwd: PROJECT_ROOT,
    env: {
      ...process.env,
      CDK_OUTDIR: outDir,
      CDK_CONTEXT_JSON: JSON.stringify(context),
    },
    stdio: ["ignore", "ignore", "pipe"],
    ...(signal && { signal, killSignal: "SIGKILL" }),
  });
  let stderr = "";
  app.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    app.once("error", reject);
    app.once("close", resolve);
  });
  if (status !== 0) {
    throw new SynthesisError(
      `the stack could not be synthesized:\n${stderr.trim()}`,
    );
  }
}
