import { describe, expect, test } from "vitest";
import type { Metafile } from "esbuild";
import { contentsOf, ownerOf } from "../../bench/bundle/contents.ts";

const metafile = (inputs: Readonly<Record<string, number>>): Metafile => ({
  inputs: {},
  outputs: {
    "index.mjs": {
      bytes: 1_000,
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([path, bytesInOutput]) => [
          path,
          { bytesInOutput },
        ]),
      ),
      imports: [],
      exports: [],
    },
  },
});

test.each([
  ["node_modules/aws-jwt-verify/dist/esm/jwt.js", "aws-jwt-verify"],
  ["node_modules/@smithy/core/dist-es/index.js", "@smithy/core"],
  ["node_modules/@a/b/node_modules/c/index.js", "c"],
  ["lambda/core/policy.ts", "lambda/core"],
  ["lambda/authorizer/adapters/clock.ts", "lambda/authorizer"],
])("%s is of %s", (path, owner) => {
  expect(ownerOf(path)).toBe(owner);
});

describe("the contents of a bundle", () => {
  test("are its packages, the heaviest first, and make up the whole", () => {
    const contents = contentsOf(
      metafile({
        "lambda/core/policy.ts": 200,
        "node_modules/a/one.js": 300,
        "node_modules/a/two.js": 400,
      }),
    );
    expect(contents).toEqual([
      { name: "a", bytes: 700, files: 2 },
      { name: "lambda/core", bytes: 200, files: 1 },
      { name: "esbuild's own", bytes: 100, files: 0 },
    ]);
  });

  test("leave out a file of which nothing was left", () => {
    const contents = contentsOf(metafile({ "node_modules/a/one.js": 0 }));
    expect(contents.map(({ name }) => name)).toEqual(["esbuild's own"]);
  });

  test("of two files are refused: what both hold cannot be told apart", () => {
    const { inputs, outputs } = metafile({});
    const second = { ...outputs["index.mjs"] } as Metafile["outputs"][string];
    expect(() =>
      contentsOf({ inputs, outputs: { ...outputs, second } }),
    ).toThrow("expected a bundle of one file");
  });
});
