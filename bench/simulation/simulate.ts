/** A stream of requests on the simulated platform: random arrivals, tokens by Zipf's law, changes and a rotation between. */
import { ASSUMPTIONS } from "./assumptions.ts";
import { FIRST_KID, SECOND_KID } from "./issuer.ts";
import { createLatencies } from "./latencies.ts";
import { createPlatform } from "./platform.ts";
import type { Population } from "./population.ts";
import { type Random, createRandom, drawExponential } from "./random.ts";
import { fillAsSettled } from "./result-cache.ts";
import type { Sizes } from "./sizes.ts";
import { type Summary, summarize } from "./summary.ts";
import { createZipf } from "./zipf.ts";

/** The same sizes give the same figures. @param population of these sizes' tenants, tokens, exponent and seed */
export async function simulate(
  sizes: Sizes,
  { tenantOf, shares }: Population,
): Promise<Summary> {
  const endMs = sizes.minutes * 60_000;
  const rampMs = ASSUMPTIONS.rampSeconds * 1_000;
  const random = createRandom(sizes.seed);
  const drawToken = createZipf(sizes.tokens, sizes.zipfExponent, random);
  const platform = createPlatform(sizes, sizes.minutes * 60);
  const latencies = { steady: createLatencies(), tail: createLatencies() };
  fillAsSettled(
    platform.cache,
    sizes.ttlSeconds,
    { shares, rate: sizes.rate },
    random,
  );

  // By traffic, so that there is somebody to notice.
  const drawTenant = (): number => tenantOf[drawToken() - 1] ?? 0;
  const suspended = drawDistinct(sizes.changes, drawTenant);
  const step = (endMs - rampMs) / (suspended.length + 1);
  suspended.forEach((tenant, index) => {
    platform.suspend(tenant, rampMs + (index + 1) * step);
  });
  const rotationAtMs = (sizes.rotationAtSeconds ?? Infinity) * 1_000;
  platform.rotate(rotationAtMs);

  for (;;) {
    const atMs = platform.nowMs();
    const share = Math.min(1, Math.max(0.01, atMs / rampMs));
    const gapMs = drawExponential(random, 1_000 / (sizes.rate * share));
    const nowMs = atMs + gapMs;
    await platform.advanceTo(nowMs);
    if (nowMs >= endMs) break;
    const token = drawToken() - 1;
    const addedMs = await platform.request({
      token,
      tenant: tenantOf[token] ?? 0,
      kid: drawKid(nowMs - rotationAtMs, random),
    });
    if (nowMs < rampMs) continue;
    const sinceFlushMs = nowMs - platform.lastFlushMs();
    const isTail = sinceFlushMs < ASSUMPTIONS.tailSeconds * 1_000;
    (isTail ? latencies.tail : latencies.steady).add(addedMs);
  }
  return summarize(sizes, platform, latencies);
}

/** The key of a token's signature: more and more of them are the new key's. */
function drawKid(sinceRotationMs: number, random: Random): string {
  if (sinceRotationMs < 0) return FIRST_KID;
  const replaced = sinceRotationMs / (ASSUMPTIONS.tokenLifetimeSeconds * 1_000);
  return random() < replaced ? SECOND_KID : FIRST_KID;
}

/** Fewer than asked for when there are no more to be had. */
function drawDistinct(count: number, draw: () => number): readonly number[] {
  const drawn = new Set<number>();
  for (let tries = 0; drawn.size < count && tries < 1_000 * count; tries += 1) {
    drawn.add(draw());
  }
  return [...drawn];
}
