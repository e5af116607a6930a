/** What stands in for a database: by tenant, then by what follows the tenant in the path. */
type Documents = ReadonlyMap<string, unknown>;

const DATA: ReadonlyMap<string, Documents> = new Map([
  [
    "acme",
    new Map<string, unknown>([
      [
        "orders",
        [
          { order: "A-1001", item: "anvil", quantity: 2 },
          { order: "A-1002", item: "rocket skates", quantity: 1 },
        ],
      ],
      ["reports/2026", { year: 2026, orders: 2 }],
      ["reports/2026/q1", { year: 2026, quarter: 1, orders: 2 }],
    ]),
  ],
  [
    "globex",
    new Map<string, unknown>([
      ["invoices", [{ invoice: "G-77", amount: "1250.00", currency: "EUR" }]],
      [
        "invoices/G-77",
        { invoice: "G-77", amount: "1250.00", currency: "EUR" },
      ],
    ]),
  ],
  ["initech", new Map([["tps", [{ report: "TPS-1", cover: false }]]])],
  [
    "umbrella",
    new Map([["samples/1", { sample: 1, kept: "minus 80 degrees" }]]),
  ],
]);

/** Takes the tenant's id from the tenant headers, never from the path: so a slip in a route cannot cross tenants. */
export function findDocument(tenantId: string, path: string): unknown {
  return DATA.get(tenantId)?.get(path);
}
