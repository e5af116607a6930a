// Preloaded into the functions' processes: every few seconds collects the garbage and says on standard output, which is
// the function's log, what is left. A frozen process says it when it is next thawed.
const { setFlagsFromString } = require("node:v8");
const { runInNewContext } = require("node:vm");

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

setInterval(() => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  process.stdout.write(
    `${JSON.stringify({ keptMemory: { pid: process.pid, bytes: heapUsed + external } })}\n`,
  );
}, 5_000).unref();
