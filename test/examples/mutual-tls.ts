/** A server that asks for the gateway's certificate: who gets an answer from it, and who does not. */
import { request } from "node:https";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";
import { PROJECT_ROOT } from "./backend-process.ts";

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface CertificateFolder {
  /** Holds `server-key.pem`, `server-chain.pem` and `gateway.pem`, as docs/backends.md names them. */
  readonly path: string;
  readonly server: Certificate;
  /** Stands in for API Gateway's: self-signed, and no authority. */
  readonly gateway: Certificate;
  /** Another of the same name. */
  readonly stranger: Certificate;
  readonly remove: () => void;
}

export async function createCertificateFolder(): Promise<CertificateFolder> {
  const [server, gateway, stranger] = await Promise.all([
    createCertificate("localhost"),
    createCertificate("ApiGateway"),
    createCertificate("ApiGateway"),
  ]);
  const path = mkdtempSync(join(tmpdir(), "backend-tls-"));
  writeFileSync(join(path, "server-key.pem"), server.key);
  writeFileSync(join(path, "server-chain.pem"), server.cert);
  writeFileSync(join(path, "gateway.pem"), gateway.cert);
  return {
    path,
    server,
    gateway,
    stranger,
    remove: () => {
      rmSync(path, { recursive: true });
    },
  };
}

async function createCertificate(commonName: string): Promise<Certificate> {
  const { private: key, cert } = await generate(
    [{ name: "commonName", value: commonName }],
    {
      keySize: 2_048,
      algorithm: "sha256",
      extensions: [
        {
          name: "subjectAltName",
          altNames: [{ type: 7, ip: "127.0.0.1" }],
        },
      ],
    },
  );
  return { key, cert };
}

/** The status of an answer, or `refused` when the connection ends without one. */
export function callWith(
  url: string,
  { server }: CertificateFolder,
  client: Certificate | undefined,
): Promise<number | "refused"> {
  return new Promise((resolve) => {
    const outgoing = request(
      url,
      { agent: false, ca: server.cert, ...client },
      (message) => {
        message.resume();
        resolve(message.statusCode ?? 0);
      },
    );
    outgoing.on("error", () => {
      resolve("refused");
    });
    outgoing.end();
  });
}

/** The code block of docs/backends.md that goes by this name. */
export function readSnippet(name: string): string {
  const docs = readFileSync(join(PROJECT_ROOT, "docs", "backends.md"), "utf8");
  const [, snippet] =
    new RegExp(
      `<!-- snippet:${name} -->\\n+\`\`\`[a-z]+\\n(.*?)\\n\`\`\``,
      "s",
    ).exec(docs) ?? [];
  if (snippet === undefined) throw new Error(`no snippet:${name}`);
  return snippet;
}
