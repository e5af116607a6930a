/** Tokens as a flood brings them: cheap to make, endlessly different, and none of them good. */
import { randomFillSync } from "node:crypto";
import { encodePart } from "../support/tokens.ts";
import { HEADER, accessToken, claimsWith } from "../attacks/baseline.ts";

/** Numbers from 0 up to, and without, 1. */
export type Random = () => number;

/** The same numbers for the same seed (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const word = (random: Random): string =>
  Math.floor(random() * 2 ** 52).toString(36);

const signature = Buffer.alloc(256);
/** As long as a real one, canonical, and nobody's. */
const noise = (): string => randomFillSync(signature).toString("base64url");

/** A token of these header and claims, its signature noise. */
const unsigned = (header: object, claims: object): string =>
  `${encodePart({ ...HEADER, ...header })}.${encodePart({ ...claims })}.${noise()}`;

let signed: string | undefined;
const signedOnce = (): string => (signed ??= accessToken());

/** Each kind by the reason for which it must be refused. */
export const JUNK = {
  "random issuer": {
    reason: "issuer_not_allowed",
    make: (random: Random) =>
      unsigned({}, claimsWith({ iss: `https://${word(random)}.auth0.com/` })),
  },
  "random kid": {
    reason: "kid_unknown",
    make: (random: Random) => unsigned({ kid: word(random) }, claimsWith()),
  },
  huge: {
    reason: "token_too_large",
    make: (random: Random) =>
      unsigned(
        {},
        claimsWith({ filling: word(random).repeat(700).slice(0, 6_500) }),
      ),
  },
  "just small enough": {
    reason: "signature_invalid",
    make: (random: Random) =>
      unsigned(
        {},
        claimsWith({ filling: word(random).repeat(600).slice(0, 5_000) }),
      ),
  },
  "bad signature": {
    reason: "signature_invalid",
    make: (random: Random) =>
      unsigned({}, claimsWith({ sub: `auth0|${word(random)}` })),
  },
  "another's claims": {
    reason: "signature_invalid",
    make: (random: Random) => {
      const [header, , truth] = signedOnce().split(".");
      const payload = encodePart(claimsWith({ azp: word(random) }));
      return `${header}.${payload}.${truth}`;
    },
  },
  "no token": {
    reason: "token_malformed",
    make: (random: Random) => word(random).repeat(20),
  },
} as const;

export type JunkKind = keyof typeof JUNK;
