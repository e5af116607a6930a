/** `npm run test:fastapi`: the FastAPI example keeps to the table that the Express one keeps to. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ANSWERS } from "../../examples/express/refusal.ts";
import {
  PROJECT_ROOT,
  startBackendProcess,
  type BackendProcess,
} from "./backend-process.ts";
import { describeBackend } from "./backend-suite.ts";
import { findPython } from "./find-python.ts";
import {
  callWith,
  createCertificateFolder,
  readSnippet,
  type Certificate,
} from "./mutual-tls.ts";

const PYTHON = findPython();
const ENVIRONMENT = { PYTHONDONTWRITEBYTECODE: "1" };

function startFastapi(
  env: Readonly<Record<string, string>>,
): Promise<BackendProcess> {
  return startBackendProcess({
    command: PYTHON,
    // As its README has it, on a free port.
    args: [
      ...["-m", "uvicorn", "main:app", "--app-dir", "examples/fastapi"],
      ...["--no-server-header", "--port", "0"],
    ],
    env: { ...ENVIRONMENT, ...env },
  });
}

describeBackend("the FastAPI example", ({ corsOrigin, secondLine }) =>
  startFastapi({
    ...(corsOrigin !== undefined && { CORS_ORIGIN: corsOrigin }),
    ...(secondLine !== undefined && {
      SECOND_LINE: "on",
      AUTH0_ISSUER: secondLine.issuer,
      AUTH0_AUDIENCE: secondLine.audience,
      AUTH0_CA_FILE: secondLine.caFile,
    }),
  }),
);

describe("the FastAPI example", () => {
  test("passes its own tests", () => {
    const { status, stderr } = spawnSync(PYTHON, ["-m", "unittest"], {
      cwd: join(PROJECT_ROOT, "examples", "fastapi"),
      env: { ...process.env, ...ENVIRONMENT },
      encoding: "utf8",
    });
    expect(stderr).toMatch(/^Ran [1-9]\d* tests? in/m);
    expect({ status, stderr }).toMatchObject({ status: 0 });
  });

  test("refuses in the same words as the Express example", () => {
    const { stdout } = spawnSync(
      PYTHON,
      [
        "-c",
        "import json, refusals; print(json.dumps({code: answer._asdict() for code, answer in refusals.ANSWERS.items()}))",
      ],
      {
        cwd: join(PROJECT_ROOT, "examples", "fastapi"),
        env: { ...process.env, ...ENVIRONMENT },
        encoding: "utf8",
      },
    );
    expect(JSON.parse(stdout)).toEqual(
      Object.fromEntries(
        Object.entries(ANSWERS).map(([code, answer]) => [
          code,
          { headers: {}, ...answer },
        ]),
      ),
    );
  });

  test("does not start with half a second line, and says what is missing", async () => {
    const start = startFastapi({ SECOND_LINE: "on" });
    await expect(start).rejects.toThrow(
      /ended before it listened\nAUTH0_ISSUER .*\nAUTH0_AUDIENCE /,
    );
  });
});

describe("the uvicorn command of docs/backends.md", () => {
  test("answers whoever shows the gateway's certificate, and nobody else", async () => {
    const folder = await createCertificateFolder();
    const [, ...args] = readSnippet("uvicorn").split(/\s+/);
    const server = await startBackendProcess({
      command: PYTHON,
      args: [
        ...args,
        ...["--port", "0", "--app-dir", join(PROJECT_ROOT, "examples/fastapi")],
      ],
      cwd: folder.path,
      env: ENVIRONMENT,
    });
    try {
      const ask = (client: Certificate | undefined) =>
        callWith(`${server.url}/acme/orders`, folder, client);
      // An answer of the application's: there are no tenant headers.
      expect(await ask(folder.gateway)).toBe(403);
      expect(await ask(undefined)).toBe("refused");
      expect(await ask(folder.stranger)).toBe("refused");
    } finally {
      await server.stop();
      folder.remove();
    }
  });
});

describe("a Python without FastAPI", () => {
  test("is an error that says how to get one", () => {
    expect(() => findPython({ PYTHON: "no-such-python" })).toThrow(
      /no-such-python: .*\nOn Debian: apt-get install python3-fastapi python3-uvicorn python3-jwt/,
    );
  });
});
