import { describe, expect, test } from "vitest";
import { parseRequestInput } from "../../../local/console/requests/parse-request-input.ts";

const INPUT = { token: "handle", method: "GET", path: "/acme/orders" };

test("a request is what was asked for", () => {
  const headers = [["X-Tenant-Id", "globex"]];
  expect(parseRequestInput({ ...INPUT, headers, body: "{}" })).toEqual({
    ...INPUT,
    headers,
    body: "{}",
  });
});

describe("refused is", () => {
  test.each([
    {
      name: "a path without a slash",
      change: { path: "acme" },
      message: /^path must begin with \//,
    },
    {
      name: "another host",
      change: { path: "http://evil.test/" },
      message: /^path must begin with \//,
    },
    {
      name: "a path that ends the request line",
      change: { path: "/a HTTP/1.1\r\nX: y" },
      message: /^path has a blank/,
    },
    {
      name: "a blank in the path",
      change: { path: "/a b" },
      message: /^path has a blank/,
    },
    {
      name: "a path outside ASCII",
      change: { path: "/ä" },
      message: /^path has a blank/,
    },
    {
      name: "an endless path",
      change: { path: `/${"a".repeat(8_000)}` },
      message: /^path is longer/,
    },
    {
      name: "a path that is no text",
      change: { path: 7 },
      message: /^path is not text/,
    },
    {
      name: "no path",
      change: { path: undefined },
      message: /^path is missing/,
    },
    {
      name: "a method that ends the request line",
      change: { method: "GET / HTTP/1.1\r\n" },
      message: /^method is no HTTP method/,
    },
    {
      name: "a method in small letters",
      change: { method: "get" },
      message: /^method is no HTTP method/,
    },
    {
      name: "a tunnel",
      change: { method: "CONNECT" },
      message: /^method is no HTTP method/,
    },
    {
      name: "a header that ends the line",
      change: { headers: [["X-A", "b\r\nX-C: d"]] },
      message: /^the value of header X-A/,
    },
    {
      name: "a header outside ASCII",
      change: { headers: [["X-A", "ä"]] },
      message: /^the value of header X-A/,
    },
    {
      name: "a header's name with a line break",
      change: { headers: [["X-A\n", "b"]] },
      message: /^a header's name/,
    },
    {
      name: "a header without a name",
      change: { headers: [["", "b"]] },
      message: /^a header's name/,
    },
    {
      name: "a header that is no pair",
      change: { headers: ["X-A: b"] },
      message: /^a header's name/,
    },
    {
      name: "headers that are no list",
      change: { headers: { "X-A": "b" } },
      message: /^headers is not a list/,
    },
    {
      name: "another Host",
      change: { headers: [["hOsT", "evil.test"]] },
      message: /^header hOsT cannot be chosen/,
    },
    {
      name: "a second Authorization",
      change: { headers: [["authorization", "x"]] },
      message: /cannot be chosen/,
    },
    {
      name: "another length",
      change: { headers: [["Content-Length", "0"]] },
      message: /cannot be chosen/,
    },
    {
      name: "another framing",
      change: { headers: [["Transfer-Encoding", "chunked"]] },
      message: /cannot be chosen/,
    },
    {
      name: "a body that is no text",
      change: { body: {} },
      message: /^body is not text/,
    },
    {
      name: "a member that nobody knows",
      change: { url: "http://evil.test" },
      message: /^the body has a member/,
    },
  ])("$name", ({ change, message }) => {
    expect(() => parseRequestInput({ ...INPUT, ...change })).toThrow(message);
  });
});
