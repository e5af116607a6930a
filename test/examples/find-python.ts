import { spawnSync } from "node:child_process";

const MODULES = ["fastapi", "uvicorn", "jwt", "cryptography"];

/**
 * A Python that has what the FastAPI example imports: the one that `PYTHON` names, or else Debian's or the path's.
 *
 * @throws Error that says how to get one
 */
export function findPython(
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const named = env["PYTHON"] ?? "";
  const candidates = named === "" ? ["/usr/bin/python3", "python3"] : [named];
  const attempts = candidates.map((command) => {
    const { status, stderr, error } = spawnSync(
      command,
      ["-c", `import ${MODULES.join(", ")}`],
      { encoding: "utf8" },
    );
    const problem =
      error?.message ?? stderr.trim().split("\n").at(-1) ?? "no answer";
    return { command, isGood: status === 0, problem };
  });
  const found = attempts.find(({ isGood }) => isGood);
  if (found !== undefined) return found.command;
  throw new Error(
    [
      "no Python with FastAPI, uvicorn and PyJWT was found:",
      ...attempts.map(({ command, problem }) => `  ${command}: ${problem}`),
      "On Debian: apt-get install python3-fastapi python3-uvicorn python3-jwt python3-cryptography",
      "Elsewhere: python3 -m venv .venv && .venv/bin/pip install -r examples/fastapi/requirements.txt",
      "and then: PYTHON=.venv/bin/python3 npm run test:fastapi",
    ].join("\n"),
  );
}
