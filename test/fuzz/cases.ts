/** One fuzz case from a seed and an index: the same two numbers always make the same case, but for the keys. */
import { constants, createHmac, createSign } from "node:crypto";
import { NOW, type SigningKey, signInput } from "../support/tokens.ts";
import { type Draft, baseDraft, objectText } from "./draft.ts";
import { mutateDraft } from "./draft-mutations.ts";
import { type Random, createRandom } from "./random.ts";
import {
  mutateHeaderValue,
  mutateJsonBytes,
  mutateToken,
  respellPart,
} from "./token-mutations.ts";
import { DEPLOYMENTS, type Deployment, type World } from "./world.ts";

export interface FuzzCase {
  readonly seed: number;
  readonly index: number;
  readonly deployment: Deployment;
  /** The instant at which the token is judged. */
  readonly nowMs: number;
  /** The value of the `Authorization` header. */
  readonly authorization: string;
  /** What was done to a good token, in order. */
  readonly steps: readonly string[];
}

export type CaseFactory = (index: number) => FuzzCase;

/** What happens to a token, as often as it is worth: most is in claims, behind a true signature. */
const PLANS = [
  [6, "none"],
  [52, "members"],
  [10, "json bytes"],
  [6, "spelling"],
  [9, "signer"],
  [13, "token"],
  [3, "scheme"],
] as const;

export function createCaseFactory(world: World, seed: number): CaseFactory {
  const pool = createPool(world, seed);
  return (index) => {
    const random = createRandom(seed, index);
    const plan = random.weighted(PLANS);
    const { token, deployment, steps } =
      plan === "token" || plan === "scheme"
        ? fromPool(random, pool, plan)
        : fromDraft(random, baseDraft(random, world), world, plan);
    return {
      seed,
      index,
      deployment,
      nowMs: NOW * 1_000 + random.pick([0, 0, 0, 1, 250, 500, 999]),
      authorization:
        plan === "scheme"
          ? mutateHeaderValue(random, token)
          : `Bearer ${token}`,
      steps: [...steps, plan],
    };
  };
}

interface Made {
  readonly token: string;
  readonly deployment: Deployment;
  readonly steps: readonly string[];
}

/** Good tokens, signed once: what is changed after signing needs no signature of its own. */
function createPool(world: World, seed: number): readonly Made[] {
  return Array.from({ length: 64 }, (_, index) => {
    const random = createRandom(seed, -1 - index);
    const deployment = DEPLOYMENTS[index % DEPLOYMENTS.length];
    return fromDraft(
      random,
      baseDraft(random, world, deployment),
      world,
      "none",
    );
  });
}

function fromPool(
  random: Random,
  pool: readonly Made[],
  plan: "token" | "scheme",
): Made {
  const made = random.pick(pool);
  if (plan === "scheme") return made;
  const other = random.pick(pool);
  return { ...made, token: mutateToken(random, made.token, other.token) };
}

function fromDraft(
  random: Random,
  draft: Draft,
  world: World,
  plan: (typeof PLANS)[number][1],
): Made {
  if (plan === "members") {
    for (let more = true; more; more = random.chance(0.3)) {
      mutateDraft(random, draft);
    }
  }
  let parts: Buffer[] = [draft.header, draft.payload].map((members) =>
    Buffer.from(objectText(members)),
  );
  if (plan === "json bytes") {
    const place = random.weighted([
      [1, 0],
      [4, 1],
    ]);
    parts = parts.map((bytes, index) =>
      index === place ? mutateJsonBytes(random, bytes) : bytes,
    );
  }
  let encoded = parts.map((bytes) => bytes.toString("base64url"));
  if (plan === "spelling") {
    const place = random.below(2);
    encoded = encoded.map((part, index) =>
      index === place ? respellPart(random, part) : part,
    );
  }
  const input = encoded.join(".");
  const token =
    plan === "signer"
      ? signWrongly(random, input, draft, world)
      : signInput(input, draft.signer);
  return { token, deployment: draft.deployment, steps: draft.steps };
}

/** A signature by another key, by another algorithm, or none; now and then under a header that admits it. */
function signWrongly(
  random: Random,
  input: string,
  draft: Draft,
  world: World,
): string {
  const signers = world.issuers.flatMap((issuer) => issuer.signers);
  const [, payload = ""] = input.split(".");
  const under = (header: Readonly<Record<string, unknown>>): string =>
    `${Buffer.from(JSON.stringify(header)).toString("base64url")}.${payload}`;
  const { kid } = draft.signer;
  const signed = random.weighted<() => readonly [string, string]>([
    // Whoever signs: one of the issuers' keys under its own kid, good or not …
    [
      6,
      () => {
        const signer = random.pick(signers);
        return [
          `key ${signer.kid}`,
          signInput(under({ alg: "RS256", kid: signer.kid }), signer),
        ];
      },
    ],
    // … or under the kid of another.
    [
      3,
      () => {
        const signer = random.pick(signers);
        return [`key ${signer.kid} as ${kid}`, signInput(input, signer)];
      },
    ],
    [3, () => ["a stranger's key", signInput(input, world.stranger)]],
    [1, () => ["no signature", `${under({ alg: "none", kid })}.`]],
    [
      2,
      () => [
        "the public key as secret",
        macWith(under({ alg: "HS256", kid }), draft.signer),
      ],
    ],
    [
      1,
      () => [
        "the public key as secret, said to be RS256",
        macWith(input, draft.signer),
      ],
    ],
    [
      2,
      () => {
        const [alg, hash] = random.pick([
          ["RS384", "sha384"],
          ["RS512", "sha512"],
          ["RS1", "sha1"],
        ] as const);
        const said = random.chance(0.5) ? alg : "RS256";
        return [
          `${alg} said to be ${said}`,
          signHashed(under({ alg: said, kid }), draft.signer, hash, false),
        ];
      },
    ],
    [
      1,
      () => {
        const alg = random.pick(["PS256", "RS256"]);
        return [
          `PS256 said to be ${alg}`,
          signHashed(under({ alg, kid }), draft.signer, "sha256", true),
        ];
      },
    ],
  ])();
  draft.steps.push(signed[0]);
  return signed[1];
}

function macWith(input: string, { jwk }: SigningKey): string {
  const mac = createHmac("sha256", JSON.stringify(jwk)).update(input);
  return `${input}.${mac.digest("base64url")}`;
}

function signHashed(
  input: string,
  { privateKey }: SigningKey,
  hash: string,
  isPss: boolean,
): string {
  const signature = createSign(hash)
    .update(input)
    .sign({
      key: privateKey,
      ...(isPss && { padding: constants.RSA_PKCS1_PSS_PADDING }),
    });
  return `${input}.${signature.toString("base64url")}`;
}
