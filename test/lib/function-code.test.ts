/** Where a function's code comes from in the package, where a folder stands in the place of the source. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { NodejsFunction } from "aws-cdk-lib/aws-lambda-nodejs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findFunctionEntries } from "../../build/build-functions.ts";
import {
  buildFunctionCode,
  type ExtraFiles,
  takePrebuilt,
} from "../../lib/function-code.ts";

let folder: string;
let prebuilt: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "function-code-"));
  prebuilt = join(folder, "prebuilt");
  mkdirSync(prebuilt);
  writeFileSync(join(prebuilt, "index.mjs"), "export const handler = 1;");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The function's files as they go up, and the name of their folder, which is their hash. */
function synthesize(files: ExtraFiles, outdir: string) {
  const app = new App({ outdir: join(folder, outdir) });
  new NodejsFunction(new Stack(app, "Stack"), "Function", {
    runtime: lambda.Runtime.NODEJS_24_X,
    ...takePrebuilt(prebuilt, files),
  });
  const { directory } = app.synth();
  const [asset = ""] = readdirSync(directory).filter((name) =>
    name.startsWith("asset."),
  );
  const names = readdirSync(join(directory, asset)).sort();
  const texts = names.map((name) =>
    readFileSync(join(directory, asset, name), "utf8"),
  );
  return {
    asset,
    files: Object.fromEntries(names.map((n, i) => [n, texts[i]])),
  };
}

describe("a prebuilt function", () => {
  test("is its folder as it is", () => {
    expect(synthesize({}, "out").files).toEqual({
      "index.mjs": "export const handler = 1;",
    });
  });

  test("takes further files beside its code, whatever they are called on this machine", () => {
    const file = join(folder, "it's a file.json");
    writeFileSync(file, "{}");
    expect(synthesize({ "snapshot.json": file }, "out").files).toEqual({
      "index.mjs": "export const handler = 1;",
      "snapshot.json": "{}",
    });
    // What was installed stays as it was.
    expect(readdirSync(prebuilt)).toEqual(["index.mjs"]);
  });

  test("is another asset with another file", () => {
    const file = join(folder, "snapshot.json");
    writeFileSync(file, "{}");
    const first = synthesize({ "snapshot.json": file }, "first");
    writeFileSync(file, "[]");
    const second = synthesize({ "snapshot.json": file }, "second");
    expect(second.asset).not.toBe(first.asset);
  });

  test("that is missing is refused at synthesis, in words that say what to do", () => {
    expect(() => takePrebuilt(join(folder, "gone"), {})).toThrow(
      /gone is missing; install it again/,
    );
  });
});

test("from the repository every function is bundled from its source", () => {
  const entries = findFunctionEntries(join(import.meta.dirname, "../.."));
  expect(entries).toContain("lambda/authorizer/handler.ts");
  for (const entry of entries) {
    const code = buildFunctionCode(entry, {});
    expect(code.entry).toMatch(new RegExp(`/${entry}$`));
    expect(code.code).toBeUndefined();
  }
});
