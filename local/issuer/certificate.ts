import { generate } from "selfsigned";

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** What a client must trust. Its private key is not kept: nobody can sign anything else with it. */
  readonly caCertificate: string;
}

const DAY_MS = 86_400_000;

/** A certificate for `localhost`, by an authority that exists for this one signature. */
export async function createCertificate(): Promise<Certificate> {
  const options = {
    keyType: "ec",
    algorithm: "sha256",
    notAfterDate: new Date(Date.now() + 90 * DAY_MS),
  } as const;
  const name = "Local stand-in for Auth0";
  const ca = await generate([{ name: "commonName", value: `${name} CA` }], {
    ...options,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: "commonName", value: name }], {
    ...options,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
          { type: 7, ip: "::1" },
        ],
      },
    ],
  });
  return { key: leaf.private, cert: leaf.cert, caCertificate: ca.cert };
}
