import type { LocalIssuer } from "../issuer/issuer.ts";
import type { PublishedKey } from "./api.ts";

const ORDER: readonly PublishedKey["use"][] = ["signing", "next", "retired"];

/** The key that signs first, the retired ones last. */
export function describeKeys({
  publishedKids,
  currentKid,
  nextKid,
}: LocalIssuer): readonly PublishedKey[] {
  const uses = new Map<string, PublishedKey["use"]>([
    [currentKid(), "signing"],
    [nextKid(), "next"],
  ]);
  return publishedKids()
    .map((kid) => ({ kid, use: uses.get(kid) ?? "retired" }))
    .sort((left, right) => ORDER.indexOf(left.use) - ORDER.indexOf(right.use));
}
