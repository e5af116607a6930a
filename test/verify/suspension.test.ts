import { describe, expect, test } from "vitest";
import type { CheckContext } from "../../bin/verify/checks/check.ts";
import { createSuspensionCheck } from "../../bin/verify/checks/suspension.ts";
import type { TenantRow } from "../../bin/verify/checks/tenant-row.ts";
import { createBudget } from "../../bin/verify/http/budget.ts";
import { readAnswer } from "../../bin/verify/http/answer.ts";
import { parseRoutes } from "../../bin/verify/target/routes.ts";
import type { Target, TargetTenant } from "../../bin/verify/target/target.ts";
import { createAuthorizations } from "../../bin/verify/tokens/authorization.ts";
import { signAccessToken } from "../support/tokens.ts";

const unused = (): never => {
  throw new Error("not part of this test");
};

function tenant(name: string): TargetTenant {
  return {
    name,
    routes: parseRoutes([`GET /${name}`], name),
    own: [{ method: "GET", path: `/${name}` }],
    token: () => Promise.resolve(signAccessToken()),
    mint: undefined,
  };
}

/** A stage that sees the row's status at once, and a row that can fail. */
function stageAndRow(
  options: {
    readonly failRestore?: true;
    readonly refuseSuspend?: true;
    /** Called when the stage is asked while the row is suspended. */
    readonly onAskedSuspended?: () => void;
  } = {},
) {
  const [acme, globex] = [tenant("acme"), tenant("globex")];
  const row = { status: "active", writes: [] as string[] };
  const warnings: string[] = [];
  const controller = new AbortController();
  const limits = { requestsPerSecond: 1_000, maxRequests: 100, maxSeconds: 60 };
  const target: Target = {
    kind: "local",
    stageUrl: new URL("http://127.0.0.1/"),
    origin: undefined,
    tenants: [acme, globex],
    badTokens: [],
    expiring: undefined,
    fetchKeys: undefined,
    suspension: {
      tenant: globex,
      tableName: "Tenants",
      tenantClaim: "azp",
      client: {},
      cliOptions: "--region eu-central-1",
    },
    outage: undefined,
    bounds: { suspensionSeconds: 5, expirySeconds: 5, leewaySeconds: 1 },
    limits,
    hosts: [],
  };
  const ask: CheckContext["ask"] = ({ method, path }) => {
    const isRefused = path === "/globex" && row.status === "suspended";
    if (isRefused) options.onAskedSuspended?.();
    return Promise.resolve(
      readAnswer(
        isRefused
          ? { status: 403, headers: {}, body: '{"error":"tenant_suspended"}' }
          : { status: 200, headers: {}, body: "" },
        method,
      ),
    );
  };
  const context: CheckContext = {
    ask,
    askOnce: ask,
    target,
    authorizations: createAuthorizations(),
    budget: createBudget(limits, controller.signal),
    signal: controller.signal,
    isUnsafeAllowed: false,
    warn: (text) => warnings.push(text),
  };
  const tenantRow: TenantRow = {
    isActive: (name) =>
      Promise.resolve(name === "globex" && row.status === "active"),
    setStatus: (to) => {
      row.writes.push(to);
      if (to === "active" && options.failRestore === true) {
        return Promise.reject(new Error("unreachable"));
      }
      if (to === "suspended" && options.refuseSuspend === true) {
        return Promise.resolve(false);
      }
      row.status = to;
      return Promise.resolve(true);
    },
    close: () => undefined,
  };
  return { context, row, warnings, controller, tenantRow };
}

describe("the row", () => {
  test("is suspended, seen, and put back", async () => {
    const { context, row, tenantRow } = stageAndRow();
    const outcome = await createSuspensionCheck(() => tenantRow).run(context);
    expect(outcome).toMatchObject({ verdict: "pass", findings: [] });
    expect(row.writes).toEqual(["suspended", "active"]);
  });

  test("is put back when the run is interrupted while the tenant is suspended", async () => {
    const stage = stageAndRow({
      onAskedSuspended: () => {
        stage.controller.abort();
        throw new Error("interrupted");
      },
    });
    const check = createSuspensionCheck(() => stage.tenantRow);
    await expect(check.run(stage.context)).rejects.toThrow("interrupted");
    expect(stage.row).toEqual({
      status: "active",
      writes: ["suspended", "active"],
    });
  });

  test("is left alone when somebody else has changed it meanwhile", async () => {
    const { context, row, tenantRow } = stageAndRow({ refuseSuspend: true });
    const outcome = await createSuspensionCheck(() => tenantRow).run(context);
    expect(outcome.verdict).toBe("not run");
    expect(row.writes).toEqual(["suspended"]);
  });

  test("that cannot be put back is said, with the command that does it", async () => {
    const { context, warnings, tenantRow } = stageAndRow({ failRestore: true });
    const check = createSuspensionCheck(() => tenantRow);
    await expect(check.run(context)).rejects.toThrow("unreachable");
    expect(warnings.join("\n")).toMatch(
      /globex IS STILL SUSPENDED[^]*update-item --table-name Tenants --region eu-central-1/,
    );
  });

  test("is not touched without leave", async () => {
    const { context } = stageAndRow();
    const outcome = await createSuspensionCheck(unused).run({
      ...context,
      target: { ...context.target, suspension: undefined },
    });
    expect(outcome).toMatchObject({
      verdict: "not run",
      why: expect.stringContaining("--suspend TENANT") as string,
    });
  });
});
