/** Random records and requests for the property tests, drawn from few names, so that they meet often. */
import fc from "fast-check";
import { METHODS } from "../../lambda/core/routes.ts";
import type { StageArn } from "../../lambda/core/method-arn.ts";
import { CLIMBS } from "./hostile-paths.ts";

/** How often a property is tried: PROPERTY_RUNS multiplies, for a long run. */
export function runs(count: number): { readonly numRuns: number } {
  return { numRuns: count * Number(process.env["PROPERTY_RUNS"] ?? 1) };
}

export const TENANT_IDS = [
  "acme",
  "acme-evil",
  "globex",
  "a",
  "GET",
  "aCME_2",
] as const;
export const SCOPES = ["read:orders", "write:orders", "admin"] as const;
const WORDS = [
  "orders",
  "users",
  "admin",
  "a",
  "acme",
  "globex",
  "v1.0",
  "~x",
  "...",
  "GET",
  "x-y_z",
];

export const tenantId: fc.Arbitrary<string> = fc.constantFrom(...TENANT_IDS);
const word = fc.constantFrom(...WORDS);
const methods = fc.oneof(
  { arbitrary: fc.constant("*"), weight: 2 },
  {
    arbitrary: fc
      .subarray([...METHODS], { minLength: 1 })
      .map((names) => names.join(",")),
    weight: 3,
  },
);
const segment = fc.oneof(
  { arbitrary: fc.constant("{tenantId}"), weight: 2 },
  { arbitrary: word, weight: 3 },
);
const grantPath = fc
  .tuple(fc.array(segment, { maxLength: 3 }), fc.boolean())
  .map(
    ([segments, isSubtree]) =>
      `/${[...segments, ...(isSubtree ? ["*"] : [])].join("/")}`,
  );
const denialPath = fc
  .array(
    fc.oneof(
      { arbitrary: segment, weight: 3 },
      { arbitrary: fc.constant("*"), weight: 1 },
    ),
    { maxLength: 3 },
  )
  .map((segments) => `/${segments.join("/")}`);

export const scopes: fc.Arbitrary<string[]> = fc.subarray([...SCOPES]);

/** A grant as a record holds it. */
export const grant: fc.Arbitrary<string> = fc
  .tuple(
    methods,
    grantPath,
    fc.oneof(
      { arbitrary: fc.constant([]), weight: 3 },
      { arbitrary: scopes, weight: 1 },
    ),
  )
  .map(([names, path, required]) => [names, path, ...required].join(" "));

/** A denial as a record holds it. */
export const denial: fc.Arbitrary<string> = fc
  .tuple(methods, denialPath)
  .map(([names, path]) => `!${names} ${path}`);

/** A record's routes: some grants, fewer denials. */
export const routes: fc.Arbitrary<string[]> = fc
  .tuple(
    fc.array(grant, { minLength: 1, maxLength: 6 }),
    fc.array(denial, { maxLength: 2 }),
  )
  .map(([grants, denials]) => [...grants, ...denials]);

/** So many routes that region and account cannot be spelled out for them, and few enough to fit all the same. */
export const manyRoutes: fc.Arbitrary<string[]> = fc
  .tuple(routes, fc.integer({ min: 80, max: 95 }))
  .map(([some, count]) => [
    ...some,
    ...Array.from(
      { length: count },
      (_, index) => `GET /{tenantId}/resource-${index}`,
    ),
  ]);

export const stage: fc.Arbitrary<StageArn> = fc.record({
  partition: fc.constantFrom("aws", "aws-cn", "aws-us-gov"),
  region: fc.constantFrom("eu-central-1", "us-gov-west-1"),
  account: fc.constantFrom("123456789012", "000000000000"),
  apiId: fc.constantFrom("abcdef1234", "a", "acme"),
  stage: fc.constantFrom("prod", "GET", "acme", "v1_2-x"),
});

/** A method as API Gateway knows them. */
export const method: fc.Arbitrary<string> = fc.constantFrom(...METHODS);

const hostileFragment = fc.constantFrom(
  ...CLIMBS,
  "/.",
  "/..",
  "//",
  ";x",
  "%61",
  "%6F",
  "%2d",
  "%7E",
  "%",
  "%6",
  "%25",
  ":abcdef1234/prod/GET/acme/",
  ":a/",
  ":acme/",
  ":",
  "*",
  "?",
  "${aws:username}",
  "é",
);

/** A path near the routes: one of theirs with something in place of each `*`, or a few words, at times with a trick in it. */
export function requestPath(
  routeTexts: readonly string[],
  tenant: string,
): fc.Arbitrary<string> {
  const paths = routeTexts.map((text) =>
    (text.split(" ")[1] ?? "/").replaceAll("{tenantId}", tenant),
  );
  const words = fc
    .array(fc.oneof(word, tenantId), { maxLength: 4 })
    .map((segments) => segments.join("/"));
  const near = fc
    .tuple(fc.constantFrom(...paths), words)
    .map(([path, filling]) => path.replaceAll("*", filling));
  const plain = fc.oneof(
    { arbitrary: near, weight: 3 },
    { arbitrary: words.map((text) => `/${text}`), weight: 1 },
  );
  const tricked = fc
    .tuple(plain, hostileFragment, fc.nat())
    .map(([path, fragment, place]) => {
      const at = 1 + (place % path.length);
      return path.slice(0, at) + fragment + path.slice(at);
    });
  const coded = fc.tuple(plain, fc.nat()).map(([path, place]) => {
    const at = place % path.length;
    const code = path.charCodeAt(at).toString(16);
    return `${path.slice(0, at)}%${place % 2 === 0 ? code : code.toUpperCase()}${path.slice(at + 1)}`;
  });
  const trailing = plain.map((path) => `${path}/`);
  return fc.oneof(
    { arbitrary: plain, weight: 4 },
    { arbitrary: tricked, weight: 3 },
    { arbitrary: coded, weight: 1 },
    { arbitrary: trailing, weight: 1 },
  );
}
