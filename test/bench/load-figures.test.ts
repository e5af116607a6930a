import { describe, expect, test } from "vitest";
import { describeMemory, type TimedSample } from "../../bench/load/memory.ts";
import { parseLoadOptions } from "../../bench/load/options.ts";
import {
  findRole,
  parseKeptMemory,
  parseRss,
} from "../../bench/load/process-memory.ts";
import { createRecorder } from "../../bench/load/recorder.ts";
import {
  SHARES,
  drawRequest,
  type DrawnRequest,
  type RequestKind,
  type RequestPools,
} from "../../bench/load/request-mix.ts";
import { robustSlope } from "../../bench/load/slope.ts";
import { createRandom } from "../../bench/simulation/random.ts";

describe("the slope", () => {
  const line = (count: number) =>
    Array.from({ length: count }, (_, x) => ({ x, y: 7 + 3 * x }));

  test("of a line is its own", () => {
    expect(robustSlope(line(10))).toBe(3);
  });

  test("is not moved by a quarter of the points being far off", () => {
    const disturbed = line(12).map((point) =>
      point.x % 4 === 1 ? { ...point, y: 1e6 } : point,
    );
    expect(robustSlope(disturbed)).toBeCloseTo(3);
  });

  test.each([
    ["no point", []],
    ["one point", [{ x: 1, y: 1 }]],
    ["points at one place", Array(2).fill({ x: 1, y: 1 })],
  ])("of %s is not known", (_name, points) => {
    expect(robustSlope(points)).toBeUndefined();
  });
});

describe("memory", () => {
  const MB = 1024 * 1024;
  const samples: readonly TimedSample[] = [0, 1, 2, 3].map((minute) => ({
    kind: "sample",
    atMs: minute * 60_000,
    gateway: { rss: 100 * MB, heapUsed: (20 + minute) * MB, external: MB },
    collectMs: 1,
    authorizer: { environments: 1, coldStarts: 1, invocations: 1 },
    children: [
      {
        pid: 5,
        role: "authorizer",
        rss: (50 - minute) * MB,
        kept: minute === 0 ? undefined : 2 * minute * MB,
      },
      // One that came late says nothing of a trend, one with another work nothing of ours.
      ...(minute === 3
        ? [{ pid: 6, role: "authorizer" as const, rss: MB, kept: MB }]
        : []),
      { pid: 7, role: "other", rss: MB, kept: undefined },
    ],
  }));

  test("is told by process, in kB a minute", () => {
    expect(
      describeMemory(samples).map(({ of, kbPerMinute }) => [of, kbPerMinute]),
    ).toEqual([
      ["gateway and issuer: heap and buffers, after GC", 1024],
      ["gateway and issuer: RSS", 0],
      ["authorizer 1: heap and buffers, after GC", 2048],
      ["authorizer 1: RSS", -1024],
    ]);
  });

  test("is read from Linux's status of a process, of which one that has ended has none", () => {
    expect(parseRss("Name:\tnode\nVmRSS:\t   1234 kB\nThreads:\t1\n")).toBe(
      1234 * 1024,
    );
    expect(parseRss("Name:\tnode\nState:\tZ (zombie)\n")).toBeUndefined();
  });

  test("is read from what a function's process tells, and from no other line", () => {
    expect(parseKeptMemory('{"keptMemory":{"pid":12,"bytes":34}}')).toEqual({
      pid: 12,
      bytes: 34,
    });
    expect(parseKeptMemory('{"outcome":"allow"}')).toBeUndefined();
  });

  test.each([
    ["authorizer", "node\0/x/lambda-runtime.mjs", "A=1\0AUTH0_ISSUERS=i\0"],
    ["authorizer", "node", "AUTH0_ISSUERS=i\0AWS_LAMBDA_FUNCTION_NAME=f\0"],
    ["backend", "node", "AWS_LAMBDA_FUNCTION_NAME=f\0"],
    ["table", "node\0/x/dynalite-process.ts\0", ""],
    ["other", "/bin/sh\0", "X=AUTH0_ISSUERS=i\0"],
  ])("is %s's by %j and %j", (role, commandLine, environment) => {
    expect(findRole(commandLine, environment)).toBe(role);
  });
});

const KINDS = Object.keys(SHARES) as RequestKind[];
const pools = Object.fromEntries(
  KINDS.map((kind) => [
    kind,
    Array.from({ length: 10 }, (_, at) => ({
      path: `/${at}`,
      authorization: undefined,
      expected: { status: 401 },
    })),
  ]),
) as unknown as RequestPools;

describe("the requests", () => {
  const draw = (seed: number, count: number): readonly DrawnRequest[] => {
    const random = createRandom(seed);
    return Array.from({ length: count }, () => drawRequest(pools, random));
  };

  test("come in their shares, and the first tokens more often than the last", () => {
    const drawn = draw(1, 20_000);
    for (const kind of KINDS) {
      const own = drawn.filter((request) => request.kind === kind);
      expect(own.length / 200).toBeGreaterThan(SHARES[kind] * 0.8);
      expect(own.length / 200).toBeLessThan(SHARES[kind] * 1.2);
      const of = (path: string) =>
        own.filter((request) => request.path === path).length;
      expect(of("/0")).toBeGreaterThan(2 * of("/9"));
      expect(of("/9")).toBeGreaterThan(0);
    }
  });

  test("are the same for the same seed", () => {
    expect(draw(1, 50)).toEqual(draw(1, 50));
    expect(draw(1, 50)).not.toEqual(draw(2, 50));
  });
});

describe("the record of a load", () => {
  const request: DrawnRequest = {
    kind: "no token",
    path: "/acme/orders",
    authorization: undefined,
    expected: { status: 401 },
  };
  const exchange = (requestId: string, dueAtMs: number, status = 401) => ({
    request,
    answer: { requestId, status, wwwAuthenticate: "Bearer x", body: "{}" },
    error: undefined,
    dueAtMs,
    answeredAtMs: dueAtMs + 4,
  });

  test("puts an answer together with the gateway's word, whichever comes first", () => {
    const recorder = createRecorder();
    recorder.beginMeasuring(100);
    recorder.addUses([["a", "none"]]);
    recorder.add(exchange("a", 100));
    recorder.add(exchange("b", 110));
    expect(recorder.count()).toMatchObject({ measured: 2, unexplained: 1 });
    recorder.addUses([["b", "miss"]]);
    expect(recorder.count()).toMatchObject({ faulty: 0, unexplained: 0 });
    expect(recorder.latencies()).toMatchObject([
      { answer: "401, decided by the authorizer", requests: 1, p50: 4 },
      { answer: "401, the authorizer not asked", requests: 1, max: 4 },
      { answer: "all", requests: 2 },
    ]);
  });

  test("judges the warm-up, but does not measure it", () => {
    const recorder = createRecorder();
    recorder.beginMeasuring(100);
    recorder.add(exchange("a", 99, 200));
    recorder.add(exchange("b", 100));
    expect(recorder.count()).toMatchObject({
      answered: 2,
      measured: 1,
      faulty: 1,
    });
    expect(recorder.faults).toEqual([
      "no token, /acme/orders: 200 in place of 401",
    ]);
  });

  test("counts a request without an answer as a fault", () => {
    const recorder = createRecorder();
    recorder.add({
      ...exchange("a", 0),
      answer: undefined,
      error: "ECONNRESET",
    });
    expect(recorder.faults).toEqual(["no token, /acme/orders: ECONNRESET"]);
    expect(recorder.count()).toMatchObject({ answered: 1, faulty: 1 });
  });
});

describe("the options", () => {
  test("have defaults, and none of a rate", () => {
    expect(parseLoadOptions([])).toEqual({
      minutes: 3,
      warmUpSeconds: 60,
      connections: 4,
      rate: undefined,
      ttlSeconds: 2,
      seed: 1,
    });
    expect(
      parseLoadOptions(["--minutes", "0.1", "--rate", "50"]),
    ).toMatchObject({ minutes: 0.1, rate: 50 });
    expect(parseLoadOptions(["--help"])).toBeUndefined();
  });

  test.each([
    [["--minutes", "0"], "--minutes must be a number above 0"],
    [["--minutes", "x"], "--minutes must be a number above 0"],
    [["--rate", "1.5"], "--rate must be a whole number above 0"],
    [["--connections", "0"], "--connections must be a whole number above 0"],
    [["--ttl", "3601"], "--ttl must be at most 3600"],
  ])("refuse %j", (args, message) => {
    expect(() => parseLoadOptions(args)).toThrow(message);
  });
});
