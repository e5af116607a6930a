/** `npm run bench:bundle`: what the authorizer's bundle weighs and whose code it is. Ends with 1 when over the budget. */
import { gzipSync } from "node:zlib";
import { version as esbuildVersion } from "esbuild";
import { buildAuthorizer } from "./bundle/build-authorizer.ts";
import { BUNDLE_BUDGET_BYTES } from "./bundle/budget.ts";
import { contentsOf } from "./bundle/contents.ts";
import { describeMachine, writeResult } from "./results.ts";

const { code, metafile } = await buildAuthorizer();
const bytes = Buffer.byteLength(code);
const gzipBytes = gzipSync(code).length;
const rows = contentsOf(metafile).map((share) => ({
  ...share,
  share: Number((share.bytes / bytes).toFixed(4)),
}));

console.log(`| package | bytes | share | files |`);
console.log(`| --- | ---: | ---: | ---: |`);
for (const { name, bytes: own, share, files } of rows) {
  console.log(
    `| ${name} | ${own} | ${(share * 100).toFixed(1)} % | ${files} |`,
  );
}
console.log(
  `\n${bytes} bytes, ${gzipBytes} compressed; the budget is ${BUNDLE_BUDGET_BYTES}: ${BUNDLE_BUDGET_BYTES - bytes} left`,
);
const { node } = describeMachine();
console.log(`Node ${node}, esbuild ${esbuildVersion}`);

writeResult("bundle", {
  command: "npm run bench:bundle",
  versions: { esbuild: esbuildVersion },
  budgetBytes: BUNDLE_BUDGET_BYTES,
  bytes,
  gzipBytes,
  rows,
});
process.exitCode = bytes <= BUNDLE_BUDGET_BYTES ? 0 : 1;
