import { Option } from "commander";
import type { CommandDefinition } from "../command-definition.ts";
import { EXIT } from "../exit-codes.ts";
import {
  findOpenings,
  findPaths,
  type MatrixPath,
  type Opening,
  pathsOfRequests,
} from "../matrix/build-matrix.ts";
import { readRows } from "../records/read-rows.ts";
import { type Row, tenantIdOf, textOf } from "../records/row.ts";
import { parseRequest } from "../request-line.ts";
import type { Target } from "../target/target.ts";
import { formatTable } from "../text-table.ts";

interface MatrixOptions {
  readonly tenant?: string;
}

interface MatrixRow {
  readonly tenantId: string;
  readonly key: string;
  readonly status: string;
  /** By path, in the order of the paths; `undefined` for a broken record, which opens nothing. */
  readonly opens: readonly (readonly Opening[])[] | undefined;
}

/** More columns than this are for machines. */
const MAX_COLUMNS = 30;

export const matrix: CommandDefinition<MatrixOptions> = {
  name: "matrix",
  arguments: "[requests...]",
  summary: "which tenant may do what where",
  description:
    "Records × the API's paths, or × the requests given, each as one word: matrix \"GET /acme/orders\". Where the API takes any path, the paths are those that records name. In a cell: methods that are open, * for all that the API takes there, ~ where only part of the paths is open, brackets where a token needs scopes. What a suspended tenant's cells show is closed until it is resumed.",
  options: [new Option("--tenant <id>", "only this tenant's records")],
  examples: [
    "npm run tenants -- --local matrix",
    'npm run tenants -- --local matrix "GET /acme/orders" "DELETE /acme/users/7"',
  ],
  async run(session, args, { tenant }) {
    const requests = args
      .flat()
      .filter((word) => word !== undefined)
      .map((word) => parseRequest([word]));
    const target = await session.openTarget("defaultRoutes");
    const all = await readRows(session.world, target);
    const rows = all.filter(
      (row) => tenant === undefined || tenantIdOf(row) === tenant,
    );
    const paths =
      requests.length > 0
        ? pathsOfRequests(requests)
        : findPaths(await target.deployment.findApiRoutes(), rows);
    const matrixRows = rows.map((row) => describeRow(row, paths, target));
    session.answer(
      {
        paths: paths.map(({ path, methods }) => ({ path, methods })),
        tenants: matrixRows.map(({ opens, ...row }) => ({
          ...row,
          opens: opens?.map((openings, index) => ({
            path: paths[index]?.path,
            openings,
          })),
        })),
      },
      () => formatMatrix(paths.slice(0, MAX_COLUMNS), matrixRows),
    );
    if (!session.isJson && paths.length > MAX_COLUMNS) {
      session.note(
        `${paths.length - MAX_COLUMNS} more paths: give requests, --tenant or --json`,
      );
    }
    return EXIT.ok;
  },
};

function describeRow(
  row: Row,
  paths: readonly MatrixPath[],
  { stage }: Target,
): MatrixRow {
  const { key, tenant, problems } = row;
  return {
    tenantId: tenantIdOf(row),
    key,
    status: problems.length > 0 ? "broken" : (textOf(row.item, "status") ?? ""),
    opens:
      tenant === undefined || problems.length > 0
        ? undefined
        : paths.map((path) => findOpenings(tenant, stage, path)),
  };
}

function formatMatrix(
  paths: readonly MatrixPath[],
  rows: readonly MatrixRow[],
): string {
  return formatTable(
    ["TENANT", "KEY", "STATUS", ...paths.map(({ path }) => path)],
    rows.map(({ tenantId, key, status, opens }) => [
      tenantId,
      key,
      status,
      ...paths.map((path, index) =>
        opens === undefined ? "?" : formatCell(path, opens[index] ?? []),
      ),
    ]),
  );
}

function formatCell(
  { methods }: MatrixPath,
  openings: readonly Opening[],
): string {
  const [first] = openings;
  if (first === undefined) return "-";
  const isAlike = openings.every(
    ({ coverage, isScoped }) =>
      coverage === first.coverage && isScoped === first.isScoped,
  );
  return isAlike && openings.length === methods.length && methods.length > 1
    ? mark("*", first)
    : openings.map((opening) => mark(opening.method, opening)).join(",");
}

function mark(text: string, { coverage, isScoped }: Opening): string {
  const marked = `${coverage === "some" ? "~" : ""}${text}`;
  return isScoped ? `(${marked})` : marked;
}
