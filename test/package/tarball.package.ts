/** The package as it is installed, in the app that docs/library.md shows. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findFunctionEntries } from "../../build/build-functions.ts";
import { findPrebuiltFolder } from "../../lib/prebuilt-function.ts";
import type { Endpoints } from "../../local/endpoints.ts";
import { eventually } from "../local/functions/fixture-functions.ts";
import { createForeignApp, type ForeignApp, ROOT } from "./foreign-app.ts";
import { readLibraryPage, readReadmeSnippet } from "./library-page.ts";

let app: ForeignApp;
beforeAll(() => {
  app = createForeignApp(readLibraryPage());
});
afterAll(() => {
  app.remove();
});

const CDK = "node_modules/aws-cdk/bin/cdk";
const TSC = "node_modules/typescript/bin/tsc";

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<
    Record<string, string | Readonly<Record<string, string>>>
  >;
}

function readManifest(): Manifest {
  return JSON.parse(
    readFileSync(join(app.packageFolder, "package.json"), "utf8"),
  ) as Manifest;
}

describe("the tarball", () => {
  test("holds every file that exports and bin name", () => {
    const { bin, exports } = readManifest();
    const named = [
      ...Object.values(bin),
      ...Object.values(exports).flatMap((target) =>
        typeof target === "string" ? [target] : Object.values(target),
      ),
    ];
    expect(named.length).toBeGreaterThanOrEqual(7);
    expect(
      named.filter((name) => !existsSync(join(app.packageFolder, name))),
    ).toEqual([]);
  });

  test("holds no source: Node refuses to strip types below node_modules", () => {
    const files = globSync("**/*", { cwd: app.packageFolder });
    expect(files.length).toBeGreaterThan(300);
    expect(
      files.filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts")),
    ).toEqual([]);
    for (const name of files.filter((file) => file.endsWith(".d.ts"))) {
      const text = readFileSync(join(app.packageFolder, name), "utf8");
      expect(text, name).not.toMatch(/(?:from|import\() ?"\.[^"]*\.ts"/);
    }
  });

  test("holds a folder for every function that a construct names", () => {
    const named = globSync("lib/**/*.ts", { cwd: ROOT }).flatMap((file) => {
      const text = readFileSync(join(ROOT, file), "utf8");
      return [...text.matchAll(/entry: "(lambda\/[^"]+)"/g)].map(
        ([, entry = ""]) => entry,
      );
    });
    expect(named).toContain("lambda/authorizer/handler.ts");
    expect(findFunctionEntries(ROOT)).toEqual(expect.arrayContaining(named));
    for (const entry of named) {
      const folder = join(app.packageFolder, "dist", findPrebuiltFolder(entry));
      expect(statSync(join(folder, "index.mjs")).size).toBeGreaterThan(0);
    }
  });

  test("names the packages whose code is in its bundles", () => {
    const file = join(app.packageFolder, "dist/THIRD_PARTY_LICENSES.txt");
    const text = readFileSync(file, "utf8");
    for (const name of ["aws-jwt-verify", "@aws-sdk/client-dynamodb", "preact"])
      expect(text).toMatch(new RegExp(`^${name} \\d`, "m"));
  });
});

describe("in an app of its own", () => {
  test("the types fit a strict compiler, and refuse an authorizer without its audiences", () => {
    writeFileSync(join(app.folder, "readme.ts"), readReadmeSnippet());
    writeFileSync(
      join(app.folder, "wrong.ts"),
      `import type { TenantAuthorizerOptions } from "auth0-tenant-authorizer";
// @ts-expect-error: without audiences a token for any API would do
export const options: TenantAuthorizerOptions = { issuers: [] };
`,
    );
    const config = {
      compilerOptions: {
        strict: true,
        noEmit: true,
        module: "nodenext",
        target: "es2024",
        types: ["node"],
        // Ours and the CDK's declarations too.
        skipLibCheck: false,
      },
      include: ["*.ts"],
    };
    writeFileSync(join(app.folder, "tsconfig.json"), JSON.stringify(config));
    expect(compile()).toBe("");
  });

  /** What the compiler has to say. */
  function compile(): string {
    try {
      return app.node(TSC, "-p", ".");
    } catch (error) {
      return (error as { readonly stdout: string }).stdout;
    }
  }

  test("the README's construct synthesizes", () => {
    writeFileSync(join(app.folder, "readme.ts"), readReadmeSnippet());
    expect(app.node("readme.ts")).toBe("synthesized\n");
  });

  test("CommonJS can require it", () => {
    const names = app.node(
      "--input-type=commonjs",
      "--eval",
      'console.log(Object.keys(require("auth0-tenant-authorizer")).join())',
    );
    expect(names.split(",")).toContain("TenantAuthorizer");
  });

  test("cdk synth takes the prebuilt functions, byte for byte", () => {
    app.node(CDK, "synth", "--quiet");
    const assets = globSync("cdk.out/asset.*/index.mjs", { cwd: app.folder });
    const codes = assets.map((name) => readFileSync(join(app.folder, name)));
    for (const name of ["authorizer", "tenant-changes"]) {
      const prebuilt = readFileSync(
        join(app.packageFolder, "dist/functions", name, "handler/index.mjs"),
      );
      expect(
        codes.some((code) => code.equals(prebuilt)),
        name,
      ).toBe(true);
    }
  });

  test("the whole stack is the one that the repository deploys, hashes of the functions included", () => {
    const keys = JSON.stringify({
      issuer: "https://acme.eu.auth0.com/",
      audience: "https://api.acme.com",
    });
    const synthesize = (program: string, outdir: string): unknown => {
      mkdirSync(outdir);
      app.node(
        "--eval",
        `process.env.CDK_OUTDIR = ${JSON.stringify(outdir)};
         process.env.CDK_CONTEXT_JSON = ${JSON.stringify(keys)};
         import(${JSON.stringify(program)});`,
      );
      const file = join(outdir, "TenantApi.template.json");
      return JSON.parse(readFileSync(file, "utf8")) as unknown;
    };
    const packed = synthesize(
      join(app.packageFolder, "dist/bin/app.js"),
      join(app.folder, "out-package"),
    );
    const source = synthesize(
      join(ROOT, "bin/app.ts"),
      join(app.folder, "out-source"),
    );
    expect(packed).toEqual(source);
  });
});

describe("the local run of the app", () => {
  test("passes the test that docs/library.md shows", () => {
    expect(app.node("--test", "isolation.test.ts")).toMatch(/pass 1\b/);
  });

  test("is a command: it serves what cdk synth wrote, and the tenants command suspends a tenant of it", async () => {
    app.node(CDK, "synth", "--quiet", "--output", "assembly");
    const { bin } = readManifest();
    const program = (name: string): string =>
      join("node_modules/auth0-tenant-authorizer", bin[name] ?? "");
    const run = spawn(
      process.execPath,
      [
        program("tenant-api-local"),
        ...["--assembly", "assembly"],
        ...(await findFreePorts()),
      ],
      { cwd: app.folder, env: app.env, stdio: ["ignore", "pipe", "pipe"] },
    );
    const ended = once(run, "close");
    let output = "";
    for (const stream of [run.stdout, run.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    try {
      // A command without --state-dir writes where it was started, not into node_modules.
      const file = join(app.folder, ".local/endpoints.json");
      await eventually(() => {
        if (run.exitCode !== null) throw new Error(`it ended: ${output}`);
        return existsSync(file);
      }, 120_000);
      const endpoints = JSON.parse(readFileSync(file, "utf8")) as Endpoints;
      expect(endpoints.audience).toBe("https://api.acme.com");
      const token = await getToken(endpoints, "acme");
      const get = (path: string, bearer = token): Promise<Response> =>
        fetch(`${endpoints.gateway}${path}`, {
          headers: { authorization: `Bearer ${bearer}` },
        });

      const allowed = await get("/acme/orders");
      expect([allowed.status, await allowed.json()]).toEqual([
        200,
        { tenantId: "acme", path: "/acme/orders" },
      ]);
      const refused = await get("/globex/invoices");
      expect([refused.status, await refused.json()]).toMatchObject([
        403,
        { error: "route_not_granted" },
      ]);
      const tampered = await get("/acme/orders", `${token}x`);
      expect(tampered.status).toBe(401);
      expect(tampered.headers.get("www-authenticate")).toMatch(/^Bearer/);

      const console = await fetch(`${endpoints.console}page.js`);
      expect(console.status).toBe(200);

      app.node(program("tenants"), "--local", "suspend", "acme");
      await expect
        .poll(async () => (await get("/acme/orders")).json(), {
          timeout: 60_000,
        })
        .toMatchObject({ error: "tenant_suspended" });
    } finally {
      run.kill("SIGTERM");
      await ended;
    }
    expect(output).not.toMatch(/npm (?:start|run)/);
  });
});

async function getToken(
  { audience, oauthToken, tenants }: Endpoints,
  tenantId: string,
): Promise<string> {
  const tenant = tenants.find((one) => one.tenantId === tenantId);
  const response = await fetch(oauthToken, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: tenant?.clientId ?? "",
      client_secret: tenant?.clientSecret ?? "",
      audience,
    }),
  });
  const { access_token } = (await response.json()) as {
    readonly access_token: string;
  };
  return access_token;
}

async function findFreePorts(): Promise<readonly string[]> {
  const flags = ["--port", "--issuer-port", "--table-port", "--control-port"];
  const servers = flags.map(() => createServer());
  const ports = await Promise.all(
    servers.map(async (server) => {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      return (server.address() as AddressInfo).port;
    }),
  );
  for (const server of servers) server.close();
  return flags.flatMap((flag, index) => [flag, String(ports[index])]);
}
