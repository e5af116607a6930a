import { describe, expect, test } from "vitest";
import { findUsersOf } from "../../local/issuer/directory.ts";
import { buildDirectory, describeTenants } from "../../local/seed.ts";

const SPA_ORIGIN = "http://localhost:4014";
const DIRECTORY = buildDirectory({
  audience: "https://api.example.test",
  tenantClaim: "azp",
  spaOrigin: SPA_ORIGIN,
  tokenLifetimeSeconds: 60,
});
const PUBLIC = DIRECTORY.applications.filter(
  ({ isConfidential }) => !isConfidential,
);

describe("single-page applications", () => {
  test("each lets its own tenant's user in, and nobody else", () => {
    const users = PUBLIC.map((application) => [
      application.name,
      findUsersOf(DIRECTORY, application).map(({ username }) => username),
    ]);
    expect(users).toEqual([
      ["Acme web app", ["ada@acme.test"]],
      ["Globex web app", ["hank@globex.test"]],
      ["Initech web app", ["peter@initech.test"]],
    ]);
  });

  test("are at home at one origin, and others nowhere", () => {
    for (const {
      callbacks,
      allowedLogoutUrls,
      webOrigins,
      isConfidential,
    } of DIRECTORY.applications) {
      const urls = isConfidential ? [] : [SPA_ORIGIN];
      expect([callbacks, allowedLogoutUrls, webOrigins]).toEqual([
        urls,
        urls,
        urls,
      ]);
    }
  });

  test("are told apart in endpoints.json", () => {
    const names = describeTenants()
      .filter(({ isConfidential }) => !isConfidential)
      .map(({ application }) => application);
    expect(names).toEqual(PUBLIC.map(({ name }) => name));
  });
});

test("ids, secrets and names are each one application's", () => {
  for (const name of ["clientId", "clientSecret", "name"] as const) {
    const values = DIRECTORY.applications.map((entry) => entry[name]);
    expect(new Set(values).size).toBe(values.length);
  }
});

test("the lifetime of tokens is the one asked for", () => {
  expect(DIRECTORY.apis[0]?.tokenLifetimeSeconds).toBe(60);
});
