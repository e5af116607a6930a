/**
 * Preloaded into every Node process of a run (`NODE_OPTIONS=--import`): copies all that the process writes to its
 * standard streams, and all that processes it starts write to theirs, into a file of the folder $LEAKS_OUTPUT.
 */
import childProcess, { type ChildProcess } from "node:child_process";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { threadId } from "node:worker_threads";

const folder = process.env["LEAKS_OUTPUT"];
if (folder !== undefined) {
  const file = join(folder, `${process.pid}-${threadId}.log`);
  const copy = (chunk: string | Uint8Array): void => {
    appendFileSync(file, chunk);
  };
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    stream.write = (chunk: string | Uint8Array, ...rest: never[]) => {
      copy(chunk);
      return write(chunk, ...rest);
    };
  }

  // A child may have an environment of its own, without the tap: the functions of the local gateway do.
  const { spawn } = childProcess;
  childProcess.spawn = ((...parameters: Parameters<typeof spawn>) => {
    const child: ChildProcess = spawn(...parameters);
    for (const output of [child.stdout, child.stderr]) {
      if (output !== null) copyPushed(output, copy);
    }
    return child;
  }) as typeof spawn;
  syncBuiltinESMExports();
}

/** Copies what arrives without reading it, so that the stream's own readers miss nothing. */
function copyPushed(
  output: Readable,
  copy: (chunk: string | Uint8Array) => void,
): void {
  const push = output.push.bind(output);
  output.push = (chunk: string | Uint8Array | null, ...rest) => {
    if (chunk !== null) copy(chunk);
    return push(chunk, ...rest);
  };
}
