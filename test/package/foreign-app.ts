/**
 * A CDK app in a folder of its own, with the package as `npm pack` makes it. Of the packages that the repository has
 * installed it sees those that it declares itself, and those that the package declares: what the package imports
 * beyond that is not found.
 */
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

export interface ForeignApp {
  readonly folder: string;
  /** The extracted tarball. */
  readonly packageFolder: string;
  /** Runs Node there, on this Node, and gives its output; an exit code other than 0 throws with it. */
  readonly node: (...args: readonly string[]) => string;
  /** The environment of what is started there: `node` is this Node. */
  readonly env: NodeJS.ProcessEnv;
  readonly remove: () => void;
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** @param files what is in the app: path → text */
export function createForeignApp(
  files: ReadonlyMap<string, string>,
): ForeignApp {
  // As the operating system names it: what a program prints of its own path is compared with it.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "foreign-app-")));
  for (const [name, text] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const packageFolder = join(folder, "node_modules/auth0-tenant-authorizer");
  unpack(pack(folder), packageFolder);
  const app = readManifest(folder);
  const ours = readManifest(packageFolder);
  const declared = new Set([
    ...Object.keys({ ...app.dependencies, ...app.devDependencies }),
    ...Object.keys({ ...ours.dependencies, ...ours.peerDependencies }),
  ]);
  declared.delete("auth0-tenant-authorizer");
  for (const name of declared) link(name, folder);
  const env = {
    ...process.env,
    PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
  };
  return {
    folder,
    packageFolder,
    node: (...args) =>
      execFileSync(process.execPath, args, {
        cwd: folder,
        env,
        encoding: "utf8",
        // What it says on its standard error is in the error that is thrown.
        stdio: ["ignore", "pipe", "pipe"],
      }),
    env,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** As a user would: `prepack` builds `dist`. */
function pack(folder: string): string {
  const output = execFileSync(
    "npm",
    ["pack", "--silent", "--pack-destination", folder],
    { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  return join(folder, output.trim().split("\n").at(-1) ?? "");
}

function unpack(tarball: string, to: string): void {
  mkdirSync(to, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", to]);
  rmSync(tarball);
}

function readManifest(folder: string): Manifest {
  return JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  ) as Manifest;
}

/** Node looks for what a linked package imports where the link leads to. */
function link(name: string, folder: string): void {
  const path = join(folder, "node_modules", name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(join(ROOT, "node_modules", name), path);
}
