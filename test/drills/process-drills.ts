/** What a hostile or broken issuer could do to the process itself, and cold starts with something to fall back on. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { jwksOf, signingKey } from "../support/tokens.ts";
import { type Lab, openBench } from "./bench.ts";
import { BOUNDS_MS, type Cell, createReport } from "./cells.ts";
import { TABLE_OUTAGES, TABLE_REFUSALS } from "./faulty-table.ts";
import {
  HARMLESS_ODDITIES,
  ISSUER_FAULTS,
  type IssuerFaultName,
  SLOW_ISSUER_FAULTS,
} from "./issuer-faults.ts";

const KEYS = { fetches: 1, withinMs: BOUNDS_MS.keys } as const;

/** The name cannot be looked up, by the system's own resolver. No packet leaves: a label has at most 63 characters. */
export async function drillRealLookup(lab: Lab): Promise<readonly Cell[]> {
  const { report, cells } = createReport(
    "keys",
    "DNS failure (resolver's own)",
  );
  await using bench = await openBench(lab, {
    issuerUrl: `https://${"a".repeat(64)}.invalid/`,
  });
  report("cold", await bench.function.invoke(bench.sign()), {
    outcome: "could_not_tell",
    reason: "keys_unavailable",
    ...KEYS,
    reads: 0,
  });
  return cells;
}

export async function drillOddities(lab: Lab): Promise<readonly Cell[]> {
  const collected: Cell[] = [];
  for (const [name, oddity] of Object.entries(HARMLESS_ODDITIES)) {
    const { report, cells } = createReport("keys", name);
    await using bench = await openBench(lab);
    const { function: drilled } = bench;
    await bench.failIssuer(oddity);
    const token = bench.sign();
    report("cold", await drilled.invoke(token), {
      outcome: "allow",
      ...KEYS,
      reads: 1,
    });
    drilled.pass(600);
    report("past maximum age", await drilled.invoke(token), {
      outcome: "allow",
      ...KEYS,
      reads: 1,
      keySetAge: [0, 5],
    });
    collected.push(...cells);
  }
  return collected;
}

/** With a snapshot in the bundle a new process serves while the issuer is down, and no longer than allowed. */
export async function drillSnapshot(
  lab: Lab,
  fault: IssuerFaultName,
): Promise<readonly Cell[]> {
  const { report, cells } = createReport("keys", `${fault}, with snapshot`);
  // The snapshot names the issuer, whose port is known only once it runs: two benches, one issuer.
  const file = join(lab.deployment.directory, `snapshot-${fault}.json`);
  const maxAgeSeconds = 86_400;
  await using bench = await openBench(lab, {
    variables: {
      JWKS_SNAPSHOT: file,
      JWKS_SNAPSHOT_MAX_AGE_SECONDS: String(maxAgeSeconds),
    },
  });
  const { function: drilled, issuer } = bench;
  writeFileSync(
    file,
    JSON.stringify({
      takenAt: new Date().toISOString(),
      sets: { [`${issuer.url}.well-known/jwks.json`]: jwksOf(signingKey()) },
    }),
  );
  const now = Math.floor(Date.now() / 1_000);
  const token = bench.sign({ claims: { exp: now + 3 * maxAgeSeconds } });
  await bench.failIssuer(ISSUER_FAULTS[fault]);
  report("cold", await drilled.invoke(token), {
    outcome: "allow",
    ...KEYS,
    withinMs: BOUNDS_MS.both,
    reads: 1,
  });
  drilled.pass(maxAgeSeconds);
  report("past the snapshot's age", await drilled.invoke(token), {
    outcome: "could_not_tell",
    reason: "keys_unavailable",
    ...KEYS,
    reads: 0,
  });
  return cells;
}

/**
 * One process through every fault of both dependencies: it lives on, and goes idle with no more sockets and timers
 * than before.
 */
export async function drillLeaks(lab: Lab): Promise<readonly Cell[]> {
  const { report, cells } = createReport("both", "every fault, one process");
  await using bench = await openBench(lab);
  const { function: drilled } = bench;
  const token = bench.sign();
  await drilled.invoke(token);
  const failAll = async (): Promise<void> => {
    for (const fault of Object.keys(ISSUER_FAULTS) as IssuerFaultName[]) {
      if (SLOW_ISSUER_FAULTS.has(fault) && fault !== "hang") continue;
      await bench.failIssuer(ISSUER_FAULTS[fault]);
      drilled.pass(600);
      await drilled.invoke(token);
    }
    await bench.healIssuer();
    drilled.pass(600);
    for (const fault of Object.values({
      ...TABLE_OUTAGES,
      ...TABLE_REFUSALS,
    })) {
      await bench.table.fail(fault);
      drilled.pass(5);
      await drilled.invoke(token);
    }
    await bench.table.heal();
    drilled.pass(600);
    await drilled.invoke(token);
  };
  const active = (): number =>
    Object.values(drilled.idleResources().at(-1) ?? {}).reduce(
      (sum, count) => sum + count,
      0,
    );
  await failAll();
  const afterOnce = active();
  await failAll();
  const afterTwice = active();
  drilled.pass(5);
  const observed = await drilled.invoke(token);
  report(
    `${afterOnce} handles active after all faults once, ${afterTwice} after twice`,
    afterTwice > afterOnce
      ? { ...observed, faults: [...observed.faults, "handles are leaked"] }
      : observed,
    { outcome: "allow", fetches: 0, reads: 1, withinMs: BOUNDS_MS.table },
  );
  return cells;
}
