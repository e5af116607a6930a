/** Whatever an issuer does on the wire, a fetch ends in time, leaves no socket, and harms nobody else. */
import dns from "node:dns";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createJwksFetcher } from "../../lambda/authorizer/adapters/jwks-fetcher.ts";
import { parseKeySet } from "../../lambda/authorizer/adapters/key-set.ts";
import { createCertificate, trustCertificate } from "../support/tls-server.ts";
import { signingKey } from "../support/tokens.ts";
import { type FaultyIssuer, startFaultyIssuer } from "./faulty-issuer.ts";
import {
  HARMLESS_ODDITIES,
  ISSUER_FAULTS,
  type IssuerFaultName,
} from "./issuer-faults.ts";

const TOTAL_MS = 400;
const fetchJwks = createJwksFetcher({ totalMs: TOTAL_MS, maxBytes: 100_000 });
/** Answers that arrive whole; what they hold is no key set. */
const UNUSABLE_BODIES: ReadonlySet<IssuerFaultName> = new Set([
  "HTML with 200",
  "empty set",
  "malformed JSON",
]);

let issuer: FaultyIssuer;
let distrust: () => void;
const surprises: unknown[] = [];
const onSurprise = (error: unknown): void => {
  surprises.push(error);
};

beforeAll(async () => {
  const [trusted, untrusted] = await Promise.all([
    createCertificate(),
    createCertificate(),
  ]);
  distrust = trustCertificate(trusted);
  issuer = await startFaultyIssuer({ trusted, untrusted }, signingKey());
  process.on("unhandledRejection", onSurprise);
  process.on("uncaughtException", onSurprise);
});
afterAll(async () => {
  process.off("unhandledRejection", onSurprise);
  process.off("uncaughtException", onSurprise);
  await issuer[Symbol.asyncDispose]();
  distrust();
});

/** The fetch's outcome and time; afterwards the server must see the connection end. */
async function fetchUnder(fault: (typeof ISSUER_FAULTS)[IssuerFaultName]) {
  await issuer.fail(fault);
  const lookup = issuer.lookup();
  if (lookup !== "ok") {
    vi.spyOn(dns, "lookup").mockImplementation((...args: unknown[]) => {
      const done = args.at(-1) as (error: Error) => void;
      if (lookup === "fail") process.nextTick(done, new Error("ENOTFOUND"));
    });
  }
  const startedAt = performance.now();
  const keys = await fetchJwks(`${issuer.url}.well-known/jwks.json`).then(
    parseKeySet,
    (error: unknown) => error,
  );
  const ms = performance.now() - startedAt;
  const end = performance.now() + 1_000;
  while (issuer.openConnections() > 0 && performance.now() < end)
    await sleep(5);
  return { keys, ms, openConnections: issuer.openConnections() };
}

test.each(Object.keys(ISSUER_FAULTS) as IssuerFaultName[])(
  "%s: fails in time, and closes its connection",
  async (name) => {
    const { keys, ms, openConnections } = await fetchUnder(ISSUER_FAULTS[name]);
    if (UNUSABLE_BODIES.has(name)) expect(keys).toBeUndefined();
    else expect(keys).toMatchObject({ code: "jwks_fetch_failed" });
    expect(ms).toBeLessThan(TOTAL_MS + 250);
    expect(openConnections).toBe(0);
    expect(surprises).toEqual([]);
  },
);

test("a redirect is not followed", async () => {
  await fetchUnder(ISSUER_FAULTS["302 to a good set"]);
  expect(issuer.redirectsFollowed()).toBe(0);
});

test.each(Object.entries(HARMLESS_ODDITIES))(
  "%s: the keys count",
  async (_name, oddity) => {
    await issuer.fail(oddity);
    const keys = parseKeySet(await fetchJwks(issuer.url));
    expect(keys?.has("key-1")).toBe(true);
    expect(surprises).toEqual([]);
  },
);

test("a hundred fetches that fail leave no socket and no timer", async () => {
  await issuer.fail(ISSUER_FAULTS.hang);
  const quick = createJwksFetcher({ totalMs: 100, maxBytes: 100_000 });
  const active = (): number =>
    process
      .getActiveResourcesInfo()
      .filter((name) => /TCPSocketWrap|TLSWrap|Timeout/.test(name)).length;
  const before = active();
  for (let round = 0; round < 10; round += 1) {
    await Promise.allSettled(
      Array.from({ length: 10 }, () => quick(issuer.url)),
    );
  }
  const end = performance.now() + 2_000;
  while (active() > before && performance.now() < end) await sleep(10);
  expect(active()).toBeLessThanOrEqual(before);
});
