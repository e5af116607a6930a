import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { startLocalRun } from "/work/main/local/local-run.ts";
import { formatEventSource, formatFlush } from "/work/main/local/terminal-changes.ts";
import { createTerminal } from "/work/main/local/terminal.ts";
const t = createTerminal(process.stdout, false);
const t0 = performance.now();
const say = (s) => console.log(((performance.now()-t0)/1000).toFixed(2), s);
const run = await startLocalRun({ onEventSource: (n) => say(formatEventSource(t, n)), onFlush: (f) => say(formatFlush(t, f)), onFunctionLog: (l) => { if (/Changes/.test(l.logicalId)) say(l.line); } });
say("up");
const app = run.endpoints.tenants.find((x) => x.application === "Globex import");
const token = await run.issuer.mint({ clientId: app.clientId });
const get = async () => (await fetch(`${run.endpoints.gateway}/globex/invoices`, { headers: { authorization: `Bearer ${token}` } })).status;
say(await get());
const set = (s) => run.tableClient.send(new UpdateItemCommand({ TableName: run.endpoints.tableName, Key: { azp: { S: app.clientId } }, UpdateExpression: "SET #s = :s", ExpressionAttributeNames: { "#s": "status" }, ExpressionAttributeValues: { ":s": { S: s } } }));
for (const s of ["suspended", "active"]) {
  await set(s); say(s);
  const end = performance.now() + 10500; let last;
  while (performance.now() < end) { const st = await get(); if (st !== last) say(st); last = st; await new Promise(r => setTimeout(r, 100)); }
}
say(JSON.stringify(await (await fetch(run.endpoints.control + "/status")).json()));
const r0 = performance.now(); 
await run.stop();
say("stopped");
