/** The functions' code as it would be uploaded, looked at and run. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import { isBuiltin } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { App } from "aws-cdk-lib";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type BundleProcess,
  type Invocation,
  startBundle,
} from "./bundle-process.ts";
import { VALID_PROPS } from "./synthesize.ts";
import { methodArn } from "../support/events.ts";
import {
  createCertificate,
  startTlsServer,
  type TlsServer,
} from "../support/tls-server.ts";
import {
  AUDIENCE,
  type SigningKey,
  createSigningKey,
  jwksOf,
  signAccessToken,
  signingKey,
} from "../support/tokens.ts";
import { BUNDLE_BUDGET_BYTES } from "../../bench/bundle/budget.ts";
import { buildAuthorizer } from "../../bench/bundle/build-authorizer.ts";
import cdkJson from "../../cdk.json" with { type: "json" };
import { TenantApiStack } from "../../lib/tenant-api-stack.ts";

// A folder whose name a shell would take apart.
const folder = join(mkdtempSync(join(tmpdir(), "bundle-test-")), "it's $HOME");
mkdirSync(folder);
const snapshot = join(folder, "keys of today.json");
writeFileSync(
  snapshot,
  JSON.stringify({
    takenAt: new Date().toISOString(),
    sets: {
      "https://acme.eu.auth0.com/.well-known/jwks.json": jwksOf(signingKey()),
    },
  }),
);
afterAll(() => {
  rmSync(join(folder, ".."), { recursive: true });
});

interface Bundle {
  readonly files: readonly string[];
  readonly file: string;
  readonly code: string;
}

function bundle(): readonly Bundle[] {
  const outdir = join(folder, "out");
  const app = new App({ context: cdkJson.context, outdir });
  const props = { ...VALID_PROPS, jwksSnapshot: snapshot };
  new TenantApiStack(app, "TenantApi", props);
  app.synth();
  return readdirSync(outdir)
    .filter((name) => name.startsWith("asset."))
    .map((name) => {
      const file = join(outdir, name, "index.mjs");
      const files = readdirSync(join(outdir, name));
      return { files, file, code: readFileSync(file, "utf8") };
    });
}

const bundles = bundle();
const authorizer = bundleWith("AUTH0_ISSUERS");
const tenantChanges = bundleWith("REST_API_ID");

function bundleWith(text: string): Bundle {
  const found = bundles.find(({ code }) => code.includes(text));
  if (found === undefined) throw new Error(`no bundle holds ${text}`);
  return found;
}

test("the authorizer's bundle keeps within its budget, for every byte costs time at each cold start", () => {
  expect(Buffer.byteLength(authorizer.code)).toBeLessThanOrEqual(
    BUNDLE_BUDGET_BYTES,
  );
});

test("what the benchmarks build is what is deployed, byte for byte", async () => {
  expect((await buildAuthorizer()).code === authorizer.code).toBe(true);
});

describe.each([
  ["the authorizer's bundle", authorizer],
  ["the tenant-changes bundle", tenantChanges],
])("%s", (_name, { code }) => {
  test("takes credentials from the environment: no SSO, STS, log-in, profile, process or container in it", () => {
    expect(
      namesIn(
        code,
        /fromSSO|fromIni|fromProcess|fromTokenFile|fromLoginCredentials|fromContainerMetadata|fromHttp|AssumeRole|GetRoleCredentials|CreateToken|role_arn|credential_process|web_identity_token_file|AWS_CONTAINER_CREDENTIALS/gi,
      ),
    ).toEqual([]);
    expect(
      code.includes("no AWS credentials in the function's environment"),
    ).toBe(true);
  });

  test("has no invoke store in it but the runtime's own", () => {
    expect(namesIn(code, /_AWS_LAMBDA_TENANT_ID|async_hooks/g)).toEqual([]);
    expect(namesIn(code, /awslambda\?\.InvokeStore/g)).toHaveLength(1);
  });

  test("has no event streams and no endpoint discovery in it", () => {
    expect(
      namesIn(
        code,
        /:event-type|EventStreamCodec|AWS_ENABLE_ENDPOINT_DISCOVERY|CachePeriodInMinutes:1/g,
      ),
    ).toEqual([]);
    expect(code.includes("event streams are left out of this bundle")).toBe(
      true,
    );
  });
});

test("no command that is sent asks for a discovered endpoint", () => {
  const client = new DynamoDBClient({ region: "eu-central-1" });
  const command = new GetItemCommand({ TableName: "tenants", Key: {} });
  command.resolveMiddleware(client.middlewareStack, client.config, {});
  const middlewares = [
    ...client.middlewareStack.identify(),
    ...command.middlewareStack.identify(),
  ];
  expect(middlewares.join()).toMatch(/retry/i);
  expect(middlewares.join()).not.toMatch(/discovery/i);
});

test("every bundle is one ES module that exports a handler and needs nothing but Node", async () => {
  expect(bundles).toHaveLength(3);
  expect((await describeModule(authorizer)).imports).toContain("node:https");
  for (const found of bundles) {
    const { imports, exports } = await describeModule(found);
    expect(imports.filter((name) => !isBuiltin(name))).toEqual([]);
    expect(exports).toContain("handler");
    // A CommonJS package that requires at run time would throw in an ES module.
    expect(found.code.includes("Dynamic require of")).toBe(false);
  }
});

test("the key-set snapshot lies beside the authorizer's code, and beside no other's", () => {
  for (const { files, file } of bundles) {
    const isAuthorizer = file === authorizer.file;
    expect(files).toEqual([
      "index.mjs",
      ...(isAuthorizer ? ["jwks-snapshot.json"] : []),
    ]);
  }
  const copy = join(authorizer.file, "../jwks-snapshot.json");
  expect(readFileSync(copy, "utf8")).toBe(readFileSync(snapshot, "utf8"));
  expect(existsSync(copy)).toBe(true);
});

/** An AWS service on the loopback that gives these answers one after another, the last one from then on. */
interface Service {
  readonly origin: string;
  readonly requests: readonly ServiceRequest[];
  readonly answerWith: (...answers: readonly ServiceAnswer[]) => void;
  readonly close: () => void;
}

interface ServiceRequest {
  readonly line: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

type ServiceAnswer = readonly [status: number, body: unknown];

async function startService(): Promise<Service> {
  const requests: ServiceRequest[] = [];
  let answers: readonly ServiceAnswer[] = [];
  const server: Server = createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      requests.push({ line: `${method} ${url}`, headers, body });
      const [answer = [500, {}], ...rest] = answers;
      if (rest.length > 0) answers = rest;
      response.writeHead(answer[0], {
        "content-type": "application/x-amz-json-1.0",
        "x-amzn-requestid": "11111111-2222",
      });
      response.end(JSON.stringify(answer[1]));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answerWith: (...next) => {
      requests.length = 0;
      answers = next;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe("the authorizer's bundle, talking to a table,", () => {
  let issuer: TlsServer;
  let service: Service;
  let running: BundleProcess;
  let clients = 0;

  beforeAll(async () => {
    const certificate = await createCertificate();
    const certificateFile = join(folder, "issuer.pem");
    writeFileSync(certificateFile, certificate.cert);
    issuer = await startTlsServer(certificate, (_request, response) => {
      response.end(JSON.stringify(jwksOf(signingKey())));
    });
    service = await startService();
    running = await startBundle(authorizer.file, {
      AUTH0_ISSUERS: issuer.origin,
      AUTH0_AUDIENCES: AUDIENCE,
      TENANT_TABLE: "tenants",
      AWS_ENDPOINT_URL_DYNAMODB: service.origin,
      NODE_EXTRA_CA_CERTS: certificateFile,
      // As deployed. That it is another issuer's does not keep the function from starting.
      JWKS_SNAPSHOT: "./jwks-snapshot.json",
    });
  });
  afterAll(async () => {
    await running.stop();
    service.close();
    await issuer.close();
  });

  /** A token of an application that nobody has seen before. */
  function sign(options: { readonly key?: SigningKey } = {}): string {
    clients += 1;
    const azp = `client-${clients}`;
    const iat = Math.floor(Date.now() / 1_000) - 10;
    const claims = { iss: issuer.origin, azp, iat, exp: iat + 600 };
    return signAccessToken({ ...options, claims });
  }

  const decide = (token = sign()): Promise<Invocation> =>
    running.invoke({
      type: "TOKEN",
      authorizationToken: `Bearer ${token}`,
      methodArn: methodArn(),
    });

  const record = (): ServiceAnswer => [
    200,
    {
      Item: {
        azp: { S: `client-${clients + 1}` },
        tenantId: { S: "acme" },
        status: { S: "active" },
        routes: { SS: ["* /acme/*"] },
      },
    },
  ];
  const failure = (status: number, type: string): ServiceAnswer => [
    status,
    { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: "m" },
  ];

  test("has opened its connection before the first request, by a read under a key of no tenant", () => {
    expect(service.requests).toMatchObject([
      { headers: { "x-amz-target": "DynamoDB_20120810.GetItem" } },
      // The service had no answer yet, so there was a second attempt; and still the function has started.
      { headers: { "x-amz-target": "DynamoDB_20120810.GetItem" } },
    ]);
    expect(JSON.parse(service.requests[0]?.body ?? "")).toMatchObject({
      Key: { azp: { S: "!" } },
    });
  });

  test("reads the record with one signed, consistent GetItem", async () => {
    service.answerWith(record());
    expect(await decide()).toMatchObject({
      result: { context: { tenantId: "acme" } },
    });
    const [request] = service.requests;
    expect(service.requests).toHaveLength(1);
    expect(request).toMatchObject({
      line: "POST /",
      headers: {
        "x-amz-target": "DynamoDB_20120810.GetItem",
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/dynamodb\/aws4_request/,
        ) as string,
      },
    });
    expect(JSON.parse(request?.body ?? "")).toEqual({
      TableName: "tenants",
      Key: { azp: { S: `client-${clients}` } },
      ConsistentRead: true,
    });
  });

  test("asks nobody when the same token comes again, and answers the same", async () => {
    service.answerWith(record());
    const token = sign();
    const first = await decide(token);
    expect(first).toMatchObject({ result: { context: { tenantId: "acme" } } });
    expect(await decide(token)).toEqual(first);
    expect(service.requests).toHaveLength(1);
  });

  // Its layer over Node's crypto is ours: test/lambda/library-stand-ins holds it against the library's.
  test.each([
    {
      name: "another key's signature",
      forge: () => sign({ key: createSigningKey("key-1") }),
    },
    {
      name: "a changed signature",
      forge: () => sign().replace(/.{20}$/, "A".repeat(20)),
    },
    { name: "a shortened signature", forge: () => sign().slice(0, -4) },
    {
      name: "another token's signature",
      forge: () =>
        `${sign().replace(/\.[^.]+$/, "")}.${sign().split(".")[2] ?? ""}`,
    },
  ])("refuses $name, and does not read the table", async ({ forge }) => {
    service.answerWith(record());
    expect(await decide(forge())).toEqual({ thrown: "Unauthorized" });
    expect(service.requests).toEqual([]);
  });

  test("finds no record", async () => {
    service.answerWith([200, {}]);
    expect(await decide()).toMatchObject({
      result: { context: { denyReason: "tenant_not_found" } },
    });
  });

  test.each<[string, number, string]>([
    ["throttled", 400, "ProvisionedThroughputExceededException"],
    ["throttled on demand", 400, "ThrottlingException"],
    ["refused for a limit", 400, "RequestLimitExceeded"],
    ["failed", 500, "InternalServerError"],
    ["unavailable", 503, "ServiceUnavailable"],
  ])("tries again when it is %s", async (_name, status, type) => {
    service.answerWith(failure(status, type), record());
    expect(await decide()).toMatchObject({
      result: { context: { tenantId: "acme" } },
    });
    expect(service.requests).toHaveLength(2);
  });

  test.each<[string, number, string, number]>([
    ["is throttled twice", 400, "ThrottlingException", 2],
    ["fails twice", 500, "InternalServerError", 2],
    ["refuses", 400, "AccessDeniedException", 1],
    ["is not there", 400, "ResourceNotFoundException", 1],
  ])("could not tell when it %s", async (_name, status, type, attempts) => {
    service.answerWith(failure(status, type));
    expect(await decide()).toEqual({
      thrown: "could not tell: table_unavailable",
    });
    expect(service.requests).toHaveLength(attempts);
  });
});

describe("the tenant-changes bundle, talking to API Gateway,", () => {
  let service: Service;
  let running: BundleProcess;
  beforeAll(async () => {
    service = await startService();
    running = await startBundle(tenantChanges.file, {
      REST_API_ID: "abcdef1234",
      STAGE_NAME: "prod",
      TENANT_CACHE_SECONDS: "5",
      TABLE_MAY_HAVE_REPLICAS: "false",
      AWS_ENDPOINT_URL_API_GATEWAY: service.origin,
    });
  });
  afterAll(async () => {
    await running.stop();
    service.close();
  });

  /** A removal of a minute ago, which needs one flush. */
  const removal = () => ({
    Records: [
      {
        eventName: "REMOVE",
        dynamodb: {
          ApproximateCreationDateTime: Math.floor(Date.now() / 1_000) - 60,
          OldImage: { azp: { S: "client" } },
        },
      },
    ],
  });

  test("rejects while it is refused, and flushes by one signed request and reports it when the change is delivered again", async () => {
    service.answerWith([403, { __type: "AccessDeniedException" }]);
    expect(await running.invoke(removal())).toMatchObject({
      thrown: expect.stringMatching(
        /^the authorizer cache was not flushed: AccessDenied/,
      ) as string,
    });
    expect(running.stdout()).toBe("");

    service.answerWith([202, ""]);
    expect(await running.invoke(removal())).toEqual({});
    expect(service.requests).toMatchObject([
      {
        line: "DELETE /restapis/abcdef1234/stages/prod/cache/authorizers",
        headers: {
          authorization: expect.stringMatching(
            /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/apigateway\/aws4_request/,
          ) as string,
        },
      },
    ]);
    expect(JSON.parse(running.stdout())).toMatchObject({
      apiId: "abcdef1234",
      stage: "prod",
      AuthorizerCacheFlushes: 1,
      TenantChanges: 1,
    });
  });
});

/** Without the code around them, which would fill the screen of whoever sees the test fail. */
function namesIn(code: string, names: RegExp): readonly string[] {
  return [...new Set(code.match(names))];
}

async function describeModule({ file }: Bundle): Promise<{
  readonly imports: readonly string[];
  readonly exports: readonly string[];
}> {
  const { metafile } = await build({
    entryPoints: [file],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const [output] = Object.values(metafile.outputs);
  return {
    imports: output?.imports.map(({ path }) => path) ?? [],
    exports: output?.exports ?? [],
  };
}
