import { expect, test } from "vitest";
import { digestOf } from "../../../../lambda/authorizer/adapters/digest.ts";

test("is SHA-256, as NIST's example has it", () => {
  // FIPS 180-2, appendix B.1.
  expect(Buffer.from(digestOf("abc"), "base64url").toString("hex")).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

test.each([
  { name: "the first byte", text: "b.b.c" },
  { name: "the last byte", text: "a.b.d" },
  { name: "the length", text: "a.b.c." },
  { name: "a part", text: "a.b" },
])("differs with $name", ({ text }) => {
  expect(digestOf(text)).not.toBe(digestOf("a.b.c"));
});
