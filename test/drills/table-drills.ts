/** The tenant table out of order: what the function says in every state that its record cache can be in. */
import { CLIENT_ID } from "../support/tokens.ts";
import { tenantItem } from "../support/records.ts";
import { type Lab, openBench } from "./bench.ts";
import {
  BOUNDS_MS,
  type Cell,
  type Expected,
  NO_WAIT_MS,
  createReport,
} from "./cells.ts";
import {
  KEPT_CONNECTION_FAULTS,
  TABLE_OUTAGES,
  TABLE_REFUSALS,
  type TableFault,
} from "./faulty-table.ts";

/** The function's own defaults (design §3); no drill changes them. */
const CACHE_S = 5;
const STALE_S = 300;

const BROKEN_RECORDS = {
  "half a record": { azp: { S: CLIENT_ID }, tenantId: { S: "acme" } },
  "unknown attribute": tenantItem({ tokensValidAfer: { N: "1" } }),
  "wrong type": tenantItem({ status: { BOOL: true } }),
} as const;

export const TABLE_FAULTS: Readonly<Record<string, TableFault>> = {
  ...TABLE_OUTAGES,
  ...TABLE_REFUSALS,
  ...Object.fromEntries(
    Object.entries(BROKEN_RECORDS).map(([name, item]) => [
      name,
      { on: "record", item } as const,
    ]),
  ),
};

const TABLE_UNAVAILABLE = {
  outcome: "could_not_tell",
  reason: "table_unavailable",
} as const;
const WITHOUT_READ = { fetches: 0, reads: 0, withinMs: NO_WAIT_MS } as const;
/** One retry; the second attempt may find the time used up. */
const WITH_READ = {
  fetches: 0,
  reads: [1, 2],
  withinMs: BOUNDS_MS.table,
} as const;
const ALLOW = { outcome: "allow", ...WITH_READ, reads: 1 } as const;
const FRESH = { recordAge: [0, CACHE_S] } as const;

function find(name: string): TableFault {
  const fault = TABLE_FAULTS[name];
  if (fault === undefined) throw new Error(`no such fault: ${name}`);
  return fault;
}

/** What is said when the fault stands in the way of the only source. */
function refusalOf(name: string): Pick<Expected, "outcome" | "reason"> {
  return name in BROKEN_RECORDS
    ? { outcome: "could_not_tell", reason: "record_broken" }
    : TABLE_UNAVAILABLE;
}

/** A new process that meets the fault in its first read; its keys are good. */
export async function drillTableCold(
  lab: Lab,
  name: string,
): Promise<readonly Cell[]> {
  const { report, cells } = createReport("table", name);
  await using bench = await openBench(lab);
  const token = bench.sign();
  await bench.table.fail(find(name));
  const observed = await bench.function.invoke(token);
  const ms = observed.msFromRead ?? observed.ms;
  report(
    "cold",
    { ...observed, ms },
    {
      ...refusalOf(name),
      ...WITH_READ,
      fetches: 1,
      withinMs: BOUNDS_MS.tableCold,
    },
  );
  await bench.table.heal();
  report("cold, healed", await bench.function.invoke(token), {
    ...ALLOW,
    ...FRESH,
  });
  return cells;
}

/** A process that had read a good record when the fault began. */
export async function drillTableWarm(
  lab: Lab,
  name: string,
): Promise<readonly Cell[]> {
  const { report, cells } = createReport("table", name);
  await using bench = await openBench(lab);
  const { function: drilled, table } = bench;
  const token = bench.sign();
  const mayServeStale = name in TABLE_OUTAGES;

  await drilled.invoke(token);
  await table.fail(find(name));
  report("warm", await drilled.invoke(token), {
    outcome: "allow",
    ...WITHOUT_READ,
  });
  drilled.pass(CACHE_S);
  report(
    "past cache time",
    await drilled.invoke(token),
    mayServeStale
      ? { ...ALLOW, ...WITH_READ, recordAge: [CACHE_S, STALE_S] }
      : { ...refusalOf(name), ...WITH_READ },
  );
  drilled.pass(STALE_S);
  report("past stale bound", await drilled.invoke(token), {
    ...refusalOf(name),
    ...WITH_READ,
  });
  await table.heal();
  report("past stale bound, healed", await drilled.invoke(token), {
    ...ALLOW,
    ...FRESH,
  });
  return cells;
}

/** What was last seen of the record forbids that an older or any state of it serves while the table is away. */
export async function drillLastSeen(
  lab: Lab,
  name: string,
): Promise<readonly Cell[]> {
  const { report, cells } = createReport("table", name);
  await using bench = await openBench(lab);
  const { function: drilled, table } = bench;
  const token = bench.sign();
  const fault = find(name);

  const lastSeen: readonly {
    readonly state: string;
    readonly see: () => void;
    readonly answer: Pick<Expected, "outcome" | "reason">;
  }[] = [
    {
      state: "suspended",
      see: () => {
        table.put(tenantItem({ status: { S: "suspended" } }));
      },
      answer: { outcome: "forbid", reason: "tenant_suspended" },
    },
    {
      state: "deleted",
      see: () => {
        table.delete();
      },
      answer: { outcome: "forbid", reason: "tenant_not_found" },
    },
    {
      state: "broken",
      see: () => {
        table.put(tenantItem({ status: { S: "Suspended" } }));
      },
      answer: { outcome: "could_not_tell", reason: "record_broken" },
    },
  ];
  for (const { state, see, answer } of lastSeen) {
    await table.heal();
    table.put(tenantItem());
    drilled.pass(CACHE_S);
    await drilled.invoke(token);
    see();
    drilled.pass(CACHE_S);
    report(`${state}, table well`, await drilled.invoke(token), {
      ...answer,
      ...WITH_READ,
    });
    await table.fail(fault);
    drilled.pass(CACHE_S);
    report(`${state}, then the fault`, await drilled.invoke(token), {
      ...TABLE_UNAVAILABLE,
      ...WITH_READ,
    });
  }

  await table.heal();
  const expiresAt = Math.floor(Date.now() / 1_000) + 100;
  await using expiring = await openBench(lab, {
    item: tenantItem({ expiresAt: { N: String(expiresAt) } }),
  });
  const expiringToken = expiring.sign();
  await expiring.function.invoke(expiringToken);
  await expiring.table.fail(fault);
  expiring.function.pass(50);
  report("before expiresAt", await expiring.function.invoke(expiringToken), {
    ...ALLOW,
    ...WITH_READ,
    recordAge: [50, 100],
  });
  expiring.function.pass(50);
  report("past expiresAt", await expiring.function.invoke(expiringToken), {
    ...TABLE_UNAVAILABLE,
    ...WITH_READ,
  });
  return cells;
}

/** The table is well; only the connection that the function has kept since its last read is not. */
export async function drillKeptConnection(
  lab: Lab,
  name: keyof typeof KEPT_CONNECTION_FAULTS,
): Promise<readonly Cell[]> {
  const { report, cells } = createReport("table", name);
  await using bench = await openBench(lab);
  const { function: drilled, table } = bench;
  const token = bench.sign();
  await drilled.invoke(token);
  await table.fail(KEPT_CONNECTION_FAULTS[name]);
  drilled.pass(CACHE_S);
  report("past cache time", await drilled.invoke(token), {
    ...ALLOW,
    ...WITH_READ,
    ...FRESH,
  });
  return cells;
}
