/** The authorizer's tests as one file, see core-tests.ts; without those that open sockets, which want to be alone. */
import { readdirSync } from "node:fs";

const APART = [
  "handler.test.ts",
  "adapters/dynamo-tenants.test.ts",
  "adapters/jwks-fetcher.test.ts",
];

const folder = new URL("../lambda/authorizer/", import.meta.url);
const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".test.ts") && !APART.includes(name),
);
for (const name of names) await import(new URL(name, folder).href);
