/**
 * `npm run bench:warm`: what one decision costs once the function is warm, through the bundled handler, against a raw
 * RSA verification of the same tokens and against other ways to verify them.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jwksOf, signingKey } from "../test/support/tokens.ts";
import { buildAuthorizer } from "./bundle/build-authorizer.ts";
import { describeMachine, readVersions, writeResult } from "./results.ts";
import { markdownTable } from "./markdown-table.ts";
import { createHandlerLoader, logToNowhere } from "./warm/handler.ts";
import { startLoopback } from "./warm/loopback.ts";
import { PEER_PACKAGES, createPeers } from "./warm/peers.ts";
import { measurePeers } from "./warm/peer-rounds.ts";
import { measureScale } from "./warm/scale-rounds.ts";

// jose verifies on a thread of the pool. From core to core that costs it twice the time of one core, which is all that
// Lambda gives at this memory size: with one thread in the pool it is measured as it is at its best.
if (process.env["UV_THREADPOOL_SIZE"] !== "1") {
  const { status } = spawnSync(process.execPath, [import.meta.filename], {
    env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
    stdio: "inherit",
  });
  process.exit(status ?? 1);
}

const folder = mkdtempSync(join(tmpdir(), "bench-warm-"));
const { loopback, stop } = await startLoopback(jwksOf(signingKey()));
try {
  logToNowhere();
  const { code } = await buildAuthorizer();
  const file = join(folder, "index.mjs");
  writeFileSync(file, code);
  const loadHandler = createHandlerLoader(file, loopback);
  const versions = readVersions(PEER_PACKAGES);
  const machine = describeMachine();
  console.log(
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; ${Object.entries(
      versions,
    )
      .map((entry) => entry.join(" "))
      .join(", ")}\n`,
  );

  const peers = createPeers(loopback.issuer, signingKey().jwk);
  const decisions = await measurePeers(loopback.issuer, peers, loadHandler);
  console.log("A decision; every token is used once, but for the last row.\n");
  console.log(
    markdownTable(
      ["", "µs", "CPU µs", "× crypto.verify", "× aws-jwt-verify"],
      decisions.map((row) => [
        row.name,
        row.micros.toFixed(1),
        row.cpuMicros.toFixed(1),
        row.timesRaw.toFixed(2),
        row.timesLibrary.toFixed(2),
      ]),
    ),
  );

  const scale = await measureScale(loopback.issuer, peers, loadHandler);
  console.log("\nA decision, against the size of what it is made from.\n");
  console.log(
    markdownTable(
      ["", "µs", "× crypto.verify", "× the first row"],
      scale.map((row) => [
        row.name,
        row.micros.toFixed(1),
        row.timesRaw.toFixed(2),
        row.timesFirst.toFixed(2),
      ]),
    ),
  );

  writeResult("warm", {
    command: "npm run bench:warm",
    versions,
    rows: decisions,
    scale,
  });
} finally {
  await stop();
  rmSync(folder, { recursive: true });
}
