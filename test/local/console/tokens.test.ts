/** Who can be given a token, and what is asked of the issuer for it, whatever names the tenant. */
import { describe, expect, test } from "vitest";
import { listApplications } from "../../../local/console/tenants/applications.ts";
import { createMintToken } from "../../../local/console/tokens/mint-token.ts";
import { createTokenStore } from "../../../local/console/tokens/token-store.ts";
import type { LocalIssuer } from "../../../local/issuer/issuer.ts";
import type { MintOptions } from "../../../local/issuer/mint.ts";
import { buildDirectory, buildItems } from "../../../local/seed.ts";

const NAMESPACED = "https://example.test/tenant";

const applicationsWith = (tenantClaim: string, handwritten: string) =>
  listApplications(
    buildDirectory({
      audience: "https://api.example.test",
      tenantClaim,
      spaOrigin: "http://localhost:4014",
      tokenLifetimeSeconds: 60,
    }),
    [
      ...buildItems(tenantClaim),
      { [tenantClaim]: { S: handwritten }, tenantId: { S: "hand" } },
    ],
    { name: "tenants", partitionKey: tenantClaim },
  );

describe.each(["azp", "org_id", NAMESPACED])(
  "where %s names the tenant",
  (tenantClaim) => {
    const applications = applicationsWith(tenantClaim, "handwritten");

    test("every application has its tenant and its tenant's users", () => {
      expect(applications).toContainEqual(
        expect.objectContaining({
          name: "Acme import",
          tenantId: "acme",
          users: ["ada@acme.test"],
        }),
      );
      expect(applications.every(({ tenantId }) => tenantId !== "")).toBe(true);
    });

    test("a row that the issuer knows nothing of is one more", () => {
      expect(applications.at(-1)).toEqual({
        id: "row:handwritten",
        tenantId: "hand",
        name: "handwritten",
        users: [],
        key: "handwritten",
        application: undefined,
      });
    });

    const mintFor = async (
      name: string,
      spoil?: "unknown_application",
    ): Promise<MintOptions> => {
      let asked: MintOptions | undefined;
      const issuer = {
        mint: (options: MintOptions) => {
          asked = options;
          return Promise.resolve("a.b.c");
        },
      } as unknown as LocalIssuer;
      const application = applications.find(
        (candidate) => candidate.name === name,
      );
      if (application === undefined) throw new Error(`no ${name}`);
      await createMintToken(
        issuer,
        tenantClaim,
        "stand-in",
      )({ application, spoil });
      return asked ?? { clientId: "nobody" };
    };

    test("an application is asked for by its id, with its organization where that is what counts", async () => {
      const { clientId, organization, claims } = await mintFor("Globex import");
      expect(clientId).toBe("TeKdNnFRIBXuDL7DxtpYlSXpfKtHF4vU");
      expect(organization).toBe(
        tenantClaim === "org_id" ? "org_zJr4i0B3JrTAwR4y" : undefined,
      );
      expect(claims).not.toHaveProperty([tenantClaim]);
    });

    test.each([
      { name: "a handwritten row", spoil: undefined, key: "handwritten" },
      {
        name: "an unknown application",
        spoil: "unknown_application" as const,
        key: expect.stringMatching(/^[A-Za-z0-9]{32}$/) as string,
      },
    ])(
      "the token of $name says so where the tenant is looked up",
      async ({ spoil, key }) => {
        const { claims } = await mintFor(
          spoil === undefined ? "handwritten" : "Globex import",
          spoil,
        );
        expect(claims).toHaveProperty([tenantClaim], key);
      },
    );
  },
);

describe("the token store", () => {
  test("tells of a token what can be read of it, and not the token", () => {
    const token = `${btoa('{"alg":"RS256"}')}.${btoa('{"sub":"s"}')}.c2ln`;
    const { handle, ...view } = createTokenStore().keep(token);
    expect(view).toEqual({ header: { alg: "RS256" }, claims: { sub: "s" } });
    expect(handle).not.toBe("");
  });

  test.each(["nonsense", "a.b.c", "", "..", `${btoa("[]")}.${btoa("{}")}.x`])(
    "tells nothing of «%s»",
    (token) => {
      expect(Object.keys(createTokenStore().keep(token))).toEqual(["handle"]);
    },
  );

  test("forgets the oldest of more than five hundred", () => {
    const tokens = createTokenStore();
    const handles = Array.from(
      { length: 501 },
      (_, at) => tokens.keep(`token-${at}`).handle,
    );
    expect(() => tokens.find(handles[0] ?? "")).toThrow(/has no such token/);
    expect(tokens.find(handles[1] ?? "")).toBe("token-1");
    expect(tokens.find(handles[500] ?? "")).toBe("token-500");
  });
});
