/**
 * Preloaded into the runs of `npm run attacks:rules`, which are two hundred: the RSA keys of the first serve the
 * others, because to make them takes longer than to attack with them.
 */
import crypto, { type KeyObject } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const file = process.env["KEPT_KEYS"] ?? "";
const kept = (
  existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {}
) as Record<string, string>;
const asked = new Map<string, number>();
const generate = crypto.generateKeyPairSync;

function generateOnce(
  type: "rsa",
  options: Parameters<typeof keyPair>[0],
): { privateKey: KeyObject; publicKey: KeyObject } {
  if ((type as string) !== "rsa") return generate(type, options);
  const kind = JSON.stringify(options);
  const count = asked.get(kind) ?? 0;
  asked.set(kind, count + 1);
  const name = `${kind} ${count}`;
  const pem = (kept[name] ??= keyPair(options));
  writeFileSync(file, JSON.stringify(kept));
  const privateKey = crypto.createPrivateKey(pem);
  return { privateKey, publicKey: crypto.createPublicKey(privateKey) };
}

function keyPair(options: {
  modulusLength: number;
  publicExponent: number;
}): string {
  const { privateKey } = generate("rsa", options);
  return String(privateKey.export({ type: "pkcs8", format: "pem" }));
}

crypto.generateKeyPairSync = generateOnce as typeof generate;
syncBuiltinESMExports();
