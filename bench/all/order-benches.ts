/** Quick ones first, so that what is broken shows early; the load last, for it heats the machine up for minutes. */
const FIRST = ["bundle", "cost", "policy", "warm", "cold", "simulation"];
const LAST = ["load"];

/** Writes the page from the results, and so comes after all of them. */
export const PAGE_SCRIPT = "bench:page";

const PREFIX = "bench:";

/** The scripts that measure, in the order to run them. One that this file does not know comes before the last. */
export function orderBenches(
  scripts: Readonly<Record<string, string>>,
): readonly string[] {
  const place = (name: string): number => {
    const bench = name.slice(PREFIX.length);
    if (LAST.includes(bench)) return FIRST.length + 1;
    const first = FIRST.indexOf(bench);
    return first === -1 ? FIRST.length : first;
  };
  return Object.keys(scripts)
    .filter((name) => name.startsWith(PREFIX) && name !== PAGE_SCRIPT)
    .sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}
