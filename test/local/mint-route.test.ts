import { describe, expect, test } from "vitest";
import type { MintOptions } from "../../local/issuer/mint.ts";
import { createMintRoute } from "../../local/mint-route.ts";

const CLIENT_ID = "kX2mQ9vTzL4wB7nR1sYdE6hJcU8gPfA3";

function routeWith() {
  const minted: MintOptions[] = [];
  const mint = createMintRoute({
    directory: {
      apis: [],
      users: [],
      applications: [
        {
          name: "Acme import",
          clientId: CLIENT_ID,
          clientSecret: "secret",
          isConfidential: true,
          scopes: [],
          organizations: [],
          customClaims: {},
          callbacks: [],
          allowedLogoutUrls: [],
          webOrigins: [],
        },
      ],
    },
    mint: (options) => {
      minted.push(options);
      return Promise.resolve("a.b.c");
    },
  });
  return { mint, minted };
}

describe("POST /tokens of the control server", () => {
  test("lays claims over the application's token, and takes away those that are null", async () => {
    const { mint, minted } = routeWith();
    expect(
      await mint({
        clientId: CLIENT_ID,
        organization: "org_1",
        claims: { exp: 1, sub: null },
      }),
    ).toEqual({ access_token: "a.b.c" });
    expect(minted).toEqual([
      {
        clientId: CLIENT_ID,
        organization: "org_1",
        claims: { exp: 1, sub: undefined },
      },
    ]);
  });

  test.each([
    ["an application that nobody knows", { clientId: "x" }, /none of the/],
    ["no application", {}, /clientId is missing/],
    ["claims that are none", { clientId: CLIENT_ID, claims: 1 }, /claims is/],
    ["what is not understood", { clientId: CLIENT_ID, exp: 1 }, /a member/],
  ])("refuses %s", async (_, body, message) => {
    const { mint, minted } = routeWith();
    await expect(mint(body)).rejects.toThrow(message);
    expect(minted).toEqual([]);
  });
});
