/** Whose code a bundle holds, by package, from esbuild's account of it. */
import type { Metafile } from "esbuild";

export interface Share {
  /** The package's name; the folder, for code of this repository. */
  readonly name: string;
  readonly bytes: number;
  readonly files: number;
}

/**
 * The packages of a bundle's only output, the heaviest first. What esbuild adds itself (its helpers, the list of
 * exports) is the rest, so that all of them make up the whole.
 */
export function contentsOf({ outputs }: Metafile): readonly Share[] {
  const [output, ...others] = Object.values(outputs);
  if (output === undefined || others.length > 0) {
    throw new Error("expected a bundle of one file");
  }
  const inputs = Object.entries(output.inputs)
    .map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }))
    .filter(({ bytes }) => bytes > 0);
  const shares = [...Map.groupBy(inputs, ({ path }) => ownerOf(path))].map(
    ([name, own]) => ({ name, bytes: sum(own), files: own.length }),
  );
  const rest = { name: REST, bytes: output.bytes - sum(inputs), files: 0 };
  return [...shares, rest].sort((a, b) => b.bytes - a.bytes);
}

const REST = "esbuild's own";

/** `node_modules/@a/b/c.js` belongs to `@a/b`, wherever that is nested; `lambda/core/policy.ts` to `lambda/core`. */
export function ownerOf(path: string): string {
  const nested = path.split("node_modules/");
  const inner = nested.at(-1) ?? path;
  if (nested.length > 1) {
    return inner.split("/", inner.startsWith("@") ? 2 : 1).join("/");
  }
  return inner.split("/").slice(0, 2).join("/");
}

function sum(inputs: readonly { readonly bytes: number }[]): number {
  return inputs.reduce((total, { bytes }) => total + bytes, 0);
}
