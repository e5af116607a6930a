import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Report } from "../../bin/verify/report/report.ts";
import { changedAssembly, synthesizeSound } from "./support/assembly.ts";
import { attestRun } from "./support/attest-run.ts";
import {
  startHeaderBackend,
  type HeaderBackend,
} from "./support/header-backend.ts";
import { VARIANTS, type Variant } from "./support/variants.ts";

/** Long enough for a sound stack on a busy machine; a broken one takes all of it. */
const BOUNDS = { suspensionSeconds: 10, expirySeconds: 4, leewaySeconds: 1 };
const TIMEOUT_MS = 120_000;

// Most of a run is waiting: for a token to expire, and for a suspension to be seen.
vi.setConfig({ maxConcurrency: 8 });

let backend: HeaderBackend;
let sound: string;
let soundBehindHttp: string;

beforeAll(async () => {
  backend = await startHeaderBackend();
  [sound, soundBehindHttp] = await Promise.all([
    synthesizeSound(),
    synthesizeSound({ backendUrl: backend.url }),
  ]);
}, TIMEOUT_MS);
afterAll(async () => {
  await backend[Symbol.asyncDispose]();
  for (const directory of [sound, soundBehindHttp]) {
    rmSync(directory, { recursive: true, force: true });
  }
});

function attestVariant(
  variant: Pick<Variant, "break" | "isBehindHttp">,
): Promise<Report> {
  return attestRun(
    {
      synthesize: changedAssembly(
        variant.isBehindHttp === true ? soundBehindHttp : sound,
        (assembly) => {
          // The same stack in less time.
          assembly.setVariables({
            TENANT_CACHE_SECONDS: "1",
            CLOCK_TOLERANCE_SECONDS: "1",
          });
          variant.break(assembly);
        },
      ),
    },
    BOUNDS,
  );
}

const failed = ({ checks }: Report): readonly string[] =>
  checks
    .filter(({ verdict }) => verdict === "fail")
    .map(({ id, findings }) => `${id}: ${findings[0] ?? ""}`);

const idsOf = (report: Report, verdict: string): readonly string[] =>
  report.checks
    .filter((check) => check.verdict === verdict)
    .map(({ id }) => id)
    .sort();

test.concurrent.each([
  { name: "with the sample backend" },
  { name: "with a backend of one's own", isBehindHttp: true as const },
])(
  "a sound stack passes every check, $name",
  async (variant) => {
    const report = await attestVariant({ ...variant, break: () => undefined });
    expect(failed(report)).toEqual([]);
    expect(idsOf(report, "not run")).toEqual([]);
    expect(report.verdict).toBe("pass");
  },
  TIMEOUT_MS,
);

test.concurrent.each(VARIANTS)(
  "$name: found by $fails.0, and every check that it does not touch passes",
  async (variant) => {
    const report = await attestVariant(variant);
    const [named] = variant.fails;
    expect(report.verdict).toBe("findings");
    expect(
      failed(report)
        .map((line) => line.split(":")[0])
        .sort(),
    ).toEqual([...variant.fails].sort());
    expect(idsOf(report, "not run")).toEqual([]);
    const check = report.checks.find(({ id }) => id === named);
    expect(check?.findings.join("\n")).toMatch(
      new RegExp(variant.finding.source, "m"),
    );
  },
  TIMEOUT_MS,
);
