/** Paths that begin as one tenant's and mean another's to a lenient reader, in every spelling we know. */

/** Ways to write "one directory up, and on". */
export const CLIMBS: readonly string[] = [
  "/../",
  "/..;/",
  "/..;x=1/",
  "/.;/../",
  "/./../",
  "//../",
  "/..//",
  "/..\\",
  "\\..\\",
  "\\../",
  "/%2e%2e/",
  "/%2E%2E/",
  "/%2e%2E/",
  "/.%2e/",
  "/%2E./",
  "/..%2f",
  "/..%2F",
  "/%2e%2e%2f",
  "/..%5c",
  "/..%5C",
  "%2f../",
  "%2F..%2f",
  "%5c..%5C",
  "/x/../../",
];

/** Paths from the tenant's own subtree to another's: `/acme/../globex/orders`. */
export function hostilePaths(own: string, other: string): readonly string[] {
  return [
    ...CLIMBS.map((climb) => `/${own}${climb}${other}/orders`),
    `/${own}/..`,
    `/${own}/../`,
    `/${own}/.`,
    `/${own}/./orders`,
    `/${own}//orders`,
    `//${other}/orders`,
    `/${other}//${own}/orders`,
    `/./${other}/orders`,
    `/../${other}/orders`,
    `\\${other}\\orders`,
    `/${other}/orders/../../${own}/orders`,
  ];
}

/**
 * The path as the most lenient backend may read it: decoded once, backslashes as slashes, path parameters
 * dropped, empty segments dropped, dots resolved (RFC 3986 §5.2.4).
 */
export function lenientReading(path: string): string {
  const decoded = path.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const resolved: string[] = [];
  for (const segment of decoded.replaceAll("\\", "/").split("/")) {
    const [name = ""] = segment.split(";");
    if (name === "..") resolved.pop();
    else if (name !== "." && name !== "") resolved.push(name);
  }
  return `/${resolved.join("/")}`;
}
