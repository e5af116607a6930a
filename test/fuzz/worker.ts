/** Runs a range of cases in a thread of its own, with its own clock and its own copy of the authorizer. */
import { registerHooks } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { type Edit, applyEdits, sourceUrl } from "./breakages.ts";
import type { Range, Report } from "./run.ts";
import type { World } from "./world.ts";

export interface WorkerTask {
  readonly world: World;
  readonly range: Range;
  /** To be made in the authorizer's source first, to see that the fuzzer notices what is gone. */
  readonly edits: readonly Edit[];
}

export type WorkerMessage =
  { readonly progress: number } | { readonly report: Report };

const { world, range, edits } = workerData as WorkerTask;

if (edits.length > 0) {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const concerned = edits.filter(
        ({ file }) => url === sourceUrl(file).href,
      );
      return concerned.length === 0
        ? loaded
        : {
            ...loaded,
            source: applyEdits(sourceText(loaded.source), concerned),
          };
    },
  });
}

const post = (message: WorkerMessage): void => parentPort?.postMessage(message);
const { runFuzz } = await import("./run.ts");
post({
  report: await runFuzz(world, range, (progress) => {
    post({ progress });
  }),
});

function sourceText(
  source: string | ArrayBufferLike | NodeJS.TypedArray | undefined,
): string {
  return typeof source === "string"
    ? source
    : Buffer.from(source as Uint8Array).toString();
}
