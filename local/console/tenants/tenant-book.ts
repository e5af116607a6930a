import type { Directory } from "../../issuer/directory.ts";
import type { Item } from "../../table/create-tables.ts";
import type { TenantsView } from "../api.ts";
import { ConsoleError } from "../console-error.ts";
import { sampleRequests } from "../sample-requests.ts";
import { listApplications, type KnownApplication } from "./applications.ts";
import { describeTenants } from "./describe-tenants.ts";
import { readRows, tenantIdOfRow, type TableAccess } from "./tenant-rows.ts";

/**
 * The tenants as the table had them when it was last read: with the table down, which is when a drill gets
 * interesting, there is still somebody to ask for.
 */
export interface TenantBook {
  /**
   * All of one tenant's, however many rows there are.
   *
   * @throws ConsoleError when the table cannot be read
   */
  readonly findRows: (tenantId: string) => Promise<readonly Item[]>;
  /** Never fails: says why what it shows may be old. */
  readonly view: () => Promise<TenantsView>;
  readonly applications: () => readonly KnownApplication[];
  readonly findApplication: (
    id: string,
  ) => Promise<KnownApplication | undefined>;
}

/** More rows than this are a bulk import's, and no page's. */
const MAX_SHOWN = 500;

export function createTenantBook(
  access: TableAccess,
  directory: Directory,
  /** What the table began with. */
  seed: readonly Item[],
): TenantBook {
  const { table } = access;
  let rows = seed;

  /** Reads anew, or returns why that was not possible. */
  const tryToRead = async (): Promise<string | undefined> => {
    try {
      const read = await readRows(access, MAX_SHOWN + 1);
      rows = read.slice(0, MAX_SHOWN);
      return read.length > MAX_SHOWN
        ? `it has more rows than the ${MAX_SHOWN} that are shown`
        : undefined;
    } catch (error) {
      if (error instanceof ConsoleError) return error.message;
      throw error;
    }
  };
  const applications = (): readonly KnownApplication[] =>
    listApplications(directory, rows, table);

  return {
    findRows: async (tenantId) =>
      (await readRows(access, Infinity)).filter(
        (row) => tenantIdOfRow(row) === tenantId,
      ),
    view: async () => {
      const problem = await tryToRead();
      const known = applications();
      return {
        tenants: describeTenants(rows, known, table),
        applications: known.map(({ id, tenantId, name, users }) => ({
          id,
          tenantId,
          name,
          users,
        })),
        samples: sampleRequests(rows),
        tenantClaim: table.partitionKey,
        ...(problem !== undefined && { problem }),
      };
    },
    applications,
    findApplication: async (wanted) => {
      const find = (): KnownApplication | undefined =>
        applications().find(({ id }) => id === wanted);
      const known = find();
      if (known !== undefined) return known;
      await tryToRead();
      return find();
    },
  };
}
