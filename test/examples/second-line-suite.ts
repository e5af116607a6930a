/** An example backend that verifies the token once more, and is called past the gateway with a token of somebody's. */
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { SUBJECT, TENANT_HEADERS } from "./backend-cases.ts";
import { OWN_PATH, type BackendWorld } from "./backend-world.ts";
import { bearer, send, type Answer, type Header } from "./send.ts";
import { ACCEPTED_TOKENS, REFUSED_TOKENS, withKeyId } from "./token-cases.ts";

export function describeSecondLine(
  name: string,
  world: () => BackendWorld,
): void {
  describe(`${name}, with a second line`, () => {
    test.each(ACCEPTED_TOKENS)(
      "lets in the caller's token $name",
      async ({ make }) => {
        const { run, unpublishedKid, askGuarded } = world();
        const answer = await askGuarded(await make(run, unpublishedKid));
        expect(answer).toMatchObject({
          status: 200,
          body: { tenant: { tenantId: "acme", subject: SUBJECT } },
        });
      },
    );

    test.each(REFUSED_TOKENS)(
      "refuses a token $name: $error",
      async ({ make, status, error }) => {
        const { run, unpublishedKid, askGuarded } = world();
        const answer = await askGuarded(await make(run, unpublishedKid));
        expect(answer).toMatchObject({ status, body: { error } });
        expect(answer.headers["www-authenticate"]).toBe(
          status === 401 ? 'Bearer realm="api"' : undefined,
        );
      },
    );

    test.each<[string, (good: string) => readonly Header[]]>([
      ["no token", () => []],
      ["another scheme", (good) => [["Authorization", `Basic ${good}`]]],
      ["an empty header", () => [["Authorization", ""]]],
      ["a good token twice", (good) => [bearer(good), bearer(good)]],
      [
        "a good token and junk",
        (good) => [bearer(good), ["authorization", "Bearer a.b.c"]],
      ],
    ])("refuses a request with %s", async (_, authorize) => {
      const { guarded, mintGood } = world();
      const headers = [...TENANT_HEADERS, ...authorize(await mintGood())];
      expect(await send(guarded.url, OWN_PATH, headers)).toMatchObject({
        status: 401,
        body: { error: "token_missing" },
      });
    });

    test("still asks for the tenant headers", async () => {
      const { guarded, mintGood } = world();
      const headers = [bearer(await mintGood())];
      expect(await send(guarded.url, OWN_PATH, headers)).toMatchObject({
        status: 403,
        body: { error: "tenant_header_missing" },
      });
    });

    test("does not know whose tenant an application is, which the gateway alone can tell", async () => {
      const { guarded, mintGood } = world();
      const headers = TENANT_HEADERS.map(([own, value]): Header => [
        own,
        own === "X-Tenant-Id" ? "globex" : value,
      ]);
      // The reason why the second line is no replacement for closing the way past the gateway.
      expect(
        await send(guarded.url, "/globex/invoices", [
          ...headers,
          bearer(await mintGood()),
        ]),
      ).toMatchObject({ status: 200 });
    });

    test("agrees with the gateway about the requests that come through it", async () => {
      const { relay, plain, guarded, askGateway } = world();
      relay.pointTo(guarded.url);
      try {
        expect(await askGateway(OWN_PATH)).toMatchObject({ status: 200 });
      } finally {
        relay.pointTo(plain.url);
      }
    });

    test("says 503 while the keys cannot be had, and 200 as soon as they can", async () => {
      const { run, startGuarded, mintGood, askGuarded } = world();
      const token = await mintGood();
      const cold = await startGuarded();
      await run.issuer.stop();
      let down: Answer;
      try {
        down = await askGuarded(token, cold);
      } finally {
        await run.issuer.start();
      }
      expect(down).toMatchObject({
        status: 503,
        headers: { "retry-after": "5" },
        body: { error: "keys_unavailable" },
      });
      expect((await askGuarded(token, cold)).status).toBe(200);
    });

    test("fetches keys once in ten seconds at most for key ids that somebody makes up", async () => {
      const { run, mintGood, askGuarded } = world();
      const good = await mintGood();
      expect((await askGuarded(good)).status).toBe(200);
      const startedAt = performance.now();
      const before = run.issuer.countKeyFetches();
      for (let count = 0; count < 20; count += 1) {
        const { status } = await askGuarded(withKeyId(good, randomUUID()));
        expect(status).toBe(401);
      }
      const periods = Math.floor((performance.now() - startedAt) / 10_000);
      const fetches = run.issuer.countKeyFetches() - before;
      expect(fetches).toBeLessThanOrEqual(1 + periods);
    });
  });
}
