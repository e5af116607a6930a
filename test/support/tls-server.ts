/** An https server on the loopback, for what an issuer may do to us over a real socket. */
import type { IncomingMessage, RequestListener } from "node:http";
import { type Server, createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { generate } from "selfsigned";

export interface TlsServer {
  /** `https://localhost:{port}/` */
  readonly origin: string;
  /** Every request that arrived, in order. */
  readonly requests: readonly IncomingMessage[];
  readonly close: () => Promise<void>;
}

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A certificate for localhost that nobody trusts yet. */
export async function createCertificate(): Promise<Certificate> {
  const { private: key, cert } = await generate(
    [{ name: "commonName", value: "localhost" }],
    {
      keySize: 2_048,
      algorithm: "sha256",
      extensions: [
        {
          name: "subjectAltName",
          altNames: [
            { type: 2, value: "localhost" },
            { type: 7, ip: "127.0.0.1" },
          ],
        },
      ],
    },
  );
  return { key, cert };
}

/** Trusts the certificate in this process, as NODE_EXTRA_CA_CERTS would; the returned function takes it back. */
export function trustCertificate({ cert }: Certificate): () => void {
  const before = getCACertificates("default");
  setDefaultCACertificates([...before, cert]);
  return () => {
    setDefaultCACertificates(before);
  };
}

/** Serves on a free loopback port; `close` also ends connections that hang. */
export async function startTlsServer(
  certificate: Certificate,
  listener: RequestListener,
): Promise<TlsServer> {
  const requests: IncomingMessage[] = [];
  const server: Server = createServer(certificate, (request, response) => {
    requests.push(request);
    listener(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `https://localhost:${port}/`,
    requests,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
