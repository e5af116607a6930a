import { describe, expect, test } from "vitest";
import { parseStageUrl } from "../../bin/verify/target/stage-url.ts";

describe("the stage's address", () => {
  test.each([
    "https://api.acme.com/prod",
    "https://abc123.execute-api.eu-central-1.amazonaws.com/prod/",
    "http://127.0.0.1:4010/prod",
    "http://localhost:4010/prod",
    "http://[::1]:4010/prod",
  ])("may be %s", (url) => {
    expect(parseStageUrl(url).href).toBe(new URL(url).href);
  });

  test.each([
    ["not an address at all", "api.acme.com", /is not a URL/],
    ["http elsewhere", "http://api.acme.com/prod", /must begin with https/],
    ["a name that begins as ours", "http://localhost.acme.com/", /https/],
    ["an address that looks like ours", "http://127.0.0.1.acme.com/", /https/],
    ["another protocol", "ftp://127.0.0.1/", /must begin with https/],
    ["credentials", "https://user:word@api.acme.com/", /user name or password/],
    ["a query", "https://api.acme.com/prod?x=1", /query or a fragment/],
    ["a fragment", "https://api.acme.com/prod#x", /query or a fragment/],
  ])("may not be %s", (_, url, message) => {
    expect(() => parseStageUrl(url)).toThrow(message);
  });

  test("is not repeated where it holds a password", () => {
    expect(() => parseStageUrl("https://user:word@api.acme.com/")).toThrow(
      expect.not.objectContaining({
        message: expect.stringContaining("word@") as string,
      }),
    );
  });
});
