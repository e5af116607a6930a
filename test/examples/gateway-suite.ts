/** An example backend behind the local gateway, whose clients write whatever headers they like. */
import { describe, expect, test } from "vitest";
import { buildGuide } from "../../local/terminal-guide.ts";
import { findApplication } from "../local/run/run-client.ts";
import {
  CLIENT_ID,
  LOOKALIKE_HEADERS,
  MISSHAPEN_HEADERS,
  OVERRIDDEN_HEADERS,
  OWN_DATA,
} from "./backend-cases.ts";
import { ORIGIN, OWN_PATH, type BackendWorld } from "./backend-world.ts";
import { bearer, lineOf, rawRequest, sendBytes } from "./send.ts";

export function describeBehindGateway(
  name: string,
  world: () => BackendWorld,
): void {
  describe(`${name}, behind the gateway`, () => {
    test.each(OWN_DATA)(
      "gives $application exactly its tenant's data on $path",
      async ({ application, tenantId, path, marker }) => {
        const { status, body } = await world().askGateway(
          path,
          [],
          application,
        );
        expect({ status, body }).toMatchObject({
          status: 200,
          body: {
            tenant: {
              tenantId,
              clientId: findApplication(world().run, application).clientId,
            },
          },
        });
        const data = JSON.stringify(body["data"]);
        expect(data).toContain(marker);
        for (const other of OWN_DATA) {
          if (other.tenantId !== tenantId) {
            expect(data).not.toContain(other.marker);
          }
        }
      },
    );

    test("has what the run's printed curl lines ask for", async () => {
      const paths = buildGuide(world().run.endpoints)
        .flatMap(({ calls }) => calls)
        .filter(({ status }) => status === 200)
        .map(
          ({ command }) =>
            command.split(world().run.endpoints.gateway)[1] ?? "",
        );
      expect(paths.length).toBeGreaterThan(0);
      for (const path of paths) {
        expect([path, (await world().askGateway(path)).status]).toEqual([
          path,
          200,
        ]);
      }
    });

    test.each(OVERRIDDEN_HEADERS)(
      "never sees the client's $name",
      async ({ headers }) => {
        const { status, body } = await world().askGateway(OWN_PATH, headers);
        expect({ status, tenant: body["tenant"] }).toEqual({
          status: 200,
          tenant: {
            tenantId: "acme",
            clientId: CLIENT_ID,
            subject: `${CLIENT_ID}@clients`,
          },
        });
      },
    );

    test.each(LOOKALIKE_HEADERS)(
      "refuses the client's lookalike $name",
      async ({ headers }) => {
        expect(await world().askGateway(OWN_PATH, headers)).toMatchObject({
          status: 403,
          body: { error: "tenant_header_doubled" },
        });
      },
    );

    test.each(MISSHAPEN_HEADERS)(
      "is not asked by a client that sends a header with $name",
      async ({ lines }) => {
        const token = await world().mintGood();
        const before = world().relay.count();
        const { pathname } = new URL(world().run.endpoints.gateway);
        const status = await sendBytes(
          world().run.endpoints.gateway,
          rawRequest(pathname + OWN_PATH, [lineOf(bearer(token)), ...lines]),
        );
        expect({ status, calls: world().relay.count() - before }).toEqual({
          status: 400,
          calls: 0,
        });
      },
    );

    test("is not asked for another tenant's path: the gateway says 403", async () => {
      const before = world().relay.count();
      const answer = await world().askGateway("/globex/invoices", [
        ["X-Tenant-Id", "globex"],
      ]);
      expect(answer).toMatchObject({
        status: 403,
        body: { error: "route_not_granted" },
      });
      expect(world().relay.count()).toBe(before);
    });

    test("sends the only CORS headers that a page gets", async () => {
      const answer = await world().askGateway(OWN_PATH, [["Origin", ORIGIN]]);
      expect(answer.headers["access-control-allow-origin"]).toBe(ORIGIN);
    });
  });
}
