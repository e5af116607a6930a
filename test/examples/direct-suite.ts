/** An example backend that is called past the gateway, with headers that the caller writes. */
import { describe, expect, test } from "vitest";
import {
  ACCEPTED_HEADERS,
  CLIENT_ID,
  FOREIGN_PATHS,
  MISSHAPEN_HEADERS,
  REFUSED_HEADERS,
  TENANT_HEADERS,
} from "./backend-cases.ts";
import { ORIGIN, OWN_PATH, type BackendWorld } from "./backend-world.ts";
import { lineOf, rawRequest, send, sendBytes } from "./send.ts";

export function describeDirectCalls(
  name: string,
  world: () => BackendWorld,
): void {
  describe(`${name}, called directly`, () => {
    test.each(ACCEPTED_HEADERS)(
      "answers a request with tenant headers $name",
      async ({ headers }) => {
        expect(await send(world().plain.url, OWN_PATH, headers)).toMatchObject({
          status: 200,
          body: { tenant: { tenantId: "acme", clientId: CLIENT_ID } },
        });
      },
    );

    test.each(REFUSED_HEADERS)(
      "refuses a request $name: $error",
      async ({ headers, error }) => {
        const { status, body } = await send(
          world().plain.url,
          OWN_PATH,
          headers,
        );
        expect({ status, body }).toEqual({
          status: 403,
          body: { error, message: expect.any(String) as string },
        });
      },
    );

    test.each(FOREIGN_PATHS)(
      "refuses Acme's headers on %s, which contradicts them",
      async (path) => {
        const answer = await send(world().plain.url, path, TENANT_HEADERS);
        expect(answer).toMatchObject({
          status: 403,
          body: { error: "tenant_mismatch" },
        });
      },
    );

    test.each(MISSHAPEN_HEADERS)(
      "takes no tenant from a header with $name",
      async ({ lines }) => {
        const others = TENANT_HEADERS.filter(([own]) => own !== "X-Tenant-Id");
        const status = await sendBytes(
          world().plain.url,
          rawRequest(OWN_PATH, [...others.map(lineOf), ...lines]),
        );
        expect([400, 403]).toContain(status);
      },
    );

    test("compares the path as it is decoded", async () => {
      const answer = await send(
        world().plain.url,
        "/%61cme/orders",
        TENANT_HEADERS,
      );
      expect(answer.status).toBe(200);
    });

    test.each(["/acme", "/acme/", "/acme/nothing", "/acme/../globex/invoices"])(
      "answers 404 with a code to %s, and no redirect",
      async (path) => {
        const answer = await send(world().plain.url, path, TENANT_HEADERS);
        expect(answer).toMatchObject({
          status: 404,
          body: { error: "not_found" },
        });
      },
    );

    test("shows nothing about itself: no list of routes, no product", async () => {
      for (const path of ["/openapi.json", "/docs", "/redoc"]) {
        expect(
          (await send(world().plain.url, path, TENANT_HEADERS)).status,
        ).not.toBe(200);
      }
      const { headers } = await send(
        world().plain.url,
        OWN_PATH,
        TENANT_HEADERS,
      );
      expect(headers).not.toHaveProperty("x-powered-by");
      expect(headers).not.toHaveProperty("server");
    });

    test.each([
      ["an answer", OWN_PATH, TENANT_HEADERS, 200],
      ["a refusal", OWN_PATH, [], 403],
      ["a 404", "/acme/nothing", TENANT_HEADERS, 404],
    ] as const)(
      "lets pages of the one origin read %s, and nobody keep it",
      async (_, path, headers, status) => {
        const answer = await send(world().plain.url, path, headers);
        expect(answer.status).toBe(status);
        expect(answer.headers).toMatchObject({
          "access-control-allow-origin": ORIGIN,
          "access-control-expose-headers": "Retry-After,WWW-Authenticate",
          "cache-control": "no-store",
        });
        expect(answer.headers).not.toHaveProperty(
          "access-control-allow-credentials",
        );
      },
    );

    test("sends no CORS header without an origin", async () => {
      const { headers } = await send(
        world().guarded.url,
        OWN_PATH,
        TENANT_HEADERS,
      );
      expect(Object.keys(headers).join()).not.toContain("access-control");
    });
  });
}
