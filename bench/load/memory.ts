/** What memory does over the time of a load: where it begins and ends, and how much a minute adds. */
import { median } from "../median.ts";
import type { Sample } from "./messages.ts";
import { robustSlope } from "./slope.ts";

/** A sample and when it was taken, in milliseconds since measuring began. */
export interface TimedSample extends Sample {
  readonly atMs: number;
}

export interface MemoryRow {
  readonly of: string;
  readonly samples: number;
  /** The median of the first and of the last quarter of the samples, in kB. */
  readonly firstKb: number;
  readonly lastKb: number;
  /** Median of the slopes between all pairs of samples. */
  readonly kbPerMinute: number;
}

const AFTER_GC = "heap and buffers, after GC";

/** Of the gateway's process and of each child that lived through half of the time: what it keeps, and its whole size. */
export function describeMemory(
  samples: readonly TimedSample[],
): readonly MemoryRow[] {
  const children = Map.groupBy(
    samples.flatMap(({ atMs, children: own }) =>
      own.map((child) => ({ ...child, atMs })),
    ),
    ({ role, pid }) => `${role} ${pid}`,
  );
  const serials = new Map<string, number>();
  return [
    rowOf(
      `gateway and issuer: ${AFTER_GC}`,
      samples.map(({ atMs, gateway }) => [
        atMs,
        gateway.heapUsed + gateway.external,
      ]),
    ),
    rowOf(
      "gateway and issuer: RSS",
      samples.map(({ atMs, gateway }) => [atMs, gateway.rss]),
    ),
    ...[...children.values()]
      .filter((own) => own.length >= samples.length / 2)
      .sort(([a], [b]) => (a?.role ?? "").localeCompare(b?.role ?? ""))
      .flatMap((own) => {
        const role = own[0]?.role ?? "other";
        if (role === "other") return [];
        const serial = (serials.get(role) ?? 0) + 1;
        serials.set(role, serial);
        const name = role === "table" ? role : `${role} ${serial}`;
        const told = own.flatMap(({ atMs, kept }) =>
          kept === undefined ? [] : [[atMs, kept] as const],
        );
        return [
          ...(told.length < 2 ? [] : [rowOf(`${name}: ${AFTER_GC}`, told)]),
          rowOf(
            `${name}: RSS`,
            own.map(({ atMs, rss }) => [atMs, rss]),
          ),
        ];
      }),
  ];
}

function rowOf(
  of: string,
  points: readonly (readonly [atMs: number, bytes: number])[],
): MemoryRow {
  const kilobytes = points.map(([, bytes]) => bytes / 1024);
  const quarter = Math.max(1, Math.floor(points.length / 4));
  return {
    ...{ of, samples: points.length },
    firstKb: median(kilobytes.slice(0, quarter)),
    lastKb: median(kilobytes.slice(-quarter)),
    kbPerMinute:
      robustSlope(
        points.map(([atMs, bytes]) => ({ x: atMs / 60_000, y: bytes / 1024 })),
      ) ?? Number.NaN,
  };
}
