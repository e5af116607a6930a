/** The core's tests as one file: mutation testing starts a worker per file and mutant, and that is what costs. */
import { readdirSync } from "node:fs";

const folder = new URL("../lambda/core/", import.meta.url);
// The property tests take seconds for each mutant; the examples beside them say the same in milliseconds.
const names = readdirSync(folder).filter(
  (name) => name.endsWith(".test.ts") && !name.endsWith(".property.test.ts"),
);
for (const name of names) await import(new URL(name, folder).href);
