/** The function with a candidate in its shadow, bundled as it is deployed and run in a process of its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Plugin } from "esbuild";
import {
  buildBundle,
  PRODUCT_OPTIONS,
} from "../../../bench/bundle/build-authorizer.ts";
import { PROJECT_ROOT } from "../../../lib/function-bundle.ts";
import { type Invocation, startBundle } from "../../lib/bundle-process.ts";
import { methodArn } from "../../support/events.ts";
import { createCertificate, startTlsServer } from "../../support/tls-server.ts";
import {
  AUDIENCE,
  jwksOf,
  signAccessToken,
  signingKey,
} from "../../support/tokens.ts";

/** As Lambda's JSON log format has it, in the function's own thread and in every other. */
const JSON_CONSOLE = `for (const level of ["info", "warn", "log"]) console[level] = (message) => {
  process.stdout.write(JSON.stringify({ level, message, rss: process.memoryUsage.rss() }) + "\\n");
};`;

export interface World {
  /** A folder for candidates. */
  readonly folder: string;
  /** How many reads of records the table has answered. */
  readonly reads: () => number;
  /** Attributes of every record, beside the plain ones. */
  readonly addAttributes: (attributes: object) => void;
  /** @param candidate the code of its `index.mjs`; without it, the function's own build */
  readonly start: (options: {
    /** The function without a shadow, to compare. */
    readonly isPlain?: boolean;
    readonly candidate?: string;
    readonly environment?: Readonly<Record<string, string>>;
  }) => Promise<ShadowedFunction>;
  readonly close: () => Promise<void>;
}

export type Line = Readonly<Record<string, unknown>>;

export interface ShadowedFunction {
  /** One decision about a new token, or about this one. */
  readonly decide: (token?: string) => Promise<Invocation>;
  readonly sign: (claims?: Readonly<Record<string, unknown>>) => string;
  /** Goes on deciding until this is so; the decisions' answers. */
  readonly decideUntil: (isSo: () => boolean) => Promise<readonly Invocation[]>;
  /** What it has logged. */
  readonly lines: () => readonly Line[];
  /** The sum of a member over all lines. */
  readonly count: (member: string) => number;
  readonly stdout: () => string;
  readonly stop: () => Promise<void>;
}

/** The authorizer's bundle; with `plugins`, another build of it. */
export async function buildEntry(
  entry: string,
  plugins: Plugin[] = [],
): Promise<string> {
  const entryPoints = [join(PROJECT_ROOT, entry)];
  return (await buildBundle({ entryPoints, ...PRODUCT_OPTIONS, plugins })).code;
}

export async function createWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "shadow-test-"));
  const code = await buildEntry("lambda/authorizer-shadow/handler.ts");
  const plain = await buildEntry("lambda/authorizer/handler.ts");
  const certificate = await createCertificate();
  const certificateFile = join(folder, "issuer.pem");
  writeFileSync(certificateFile, certificate.cert);
  const preload = join(folder, "json-console.mjs");
  writeFileSync(preload, JSON_CONSOLE);
  const issuer = await startTlsServer(certificate, (_request, response) => {
    response.end(JSON.stringify(jwksOf(signingKey())));
  });
  let reads = 0;
  let more: object = {};
  const table = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { Key } = JSON.parse(body) as { Key: { azp: { S: string } } };
      const isWarmUp = Key.azp.S === "!";
      if (!isWarmUp) reads += 1;
      const Item = {
        ...Key,
        tenantId: { S: "acme" },
        status: { S: "active" },
        routes: { SS: ["* /acme/*"] },
        ...more,
      };
      response.setHeader("content-type", "application/x-amz-json-1.0");
      response.end(JSON.stringify(isWarmUp ? {} : { Item }));
    });
  });
  await new Promise<void>((resolve) => table.listen(0, "127.0.0.1", resolve));
  const { port } = table.address() as AddressInfo;
  let started = 0;

  const start: World["start"] = async ({
    candidate,
    environment,
    isPlain = false,
  }) => {
    started += 1;
    const task = join(folder, `task-${started}`);
    mkdirSync(task);
    const file = join(task, "index.mjs");
    writeFileSync(file, isPlain ? plain : code);
    if (candidate !== undefined) {
      writeFileSync(join(task, "candidate.mjs"), candidate);
    }
    const running = await startBundle(file, {
      AUTH0_ISSUERS: issuer.origin,
      AUTH0_AUDIENCES: AUDIENCE,
      TENANT_TABLE: "tenants",
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
      NODE_EXTRA_CA_CERTS: certificateFile,
      NODE_OPTIONS: `--import=${preload}`,
      ...(candidate !== undefined && { SHADOW_BUNDLE: "./candidate.mjs" }),
      ...(environment && { SHADOW_ENVIRONMENT: JSON.stringify(environment) }),
    });
    let clients = 0;
    const sign: ShadowedFunction["sign"] = (claims = {}) => {
      clients += 1;
      const iat = Math.floor(Date.now() / 1_000) - 10;
      return signAccessToken({
        claims: {
          iss: issuer.origin,
          azp: `client-${clients}`,
          iat,
          exp: iat + 600,
          ...claims,
        },
      });
    };
    const decide: ShadowedFunction["decide"] = (token = sign()) =>
      running.invoke({
        type: "TOKEN",
        authorizationToken: `Bearer ${token}`,
        methodArn: methodArn(),
      });
    const lines = (): readonly Line[] =>
      running
        .stdout()
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => (JSON.parse(line) as { message: Line }).message);
    return {
      decide,
      sign,
      lines,
      decideUntil: async (isSo) => {
        const answers: Invocation[] = [];
        const endMs = Date.now() + 40_000;
        while (!isSo()) {
          if (Date.now() > endMs)
            throw new Error(`never so: ${running.stdout().slice(-2_000)}`);
          answers.push(await decide());
          await sleep(25);
        }
        return answers;
      },
      count: (member) =>
        lines().reduce((sum, line) => sum + Number(line[member] ?? 0), 0),
      stdout: running.stdout,
      stop: running.stop,
    };
  };
  return {
    folder,
    reads: () => reads,
    addAttributes: (attributes) => {
      more = attributes;
    },
    start,
    close: async () => {
      table.closeAllConnections();
      table.close();
      await issuer.close();
      rmSync(folder, { recursive: true });
    },
  };
}
