import { expect, test } from "vitest";
import { CouldNotTellError } from "../../../lambda/core/could-not-tell.ts";

test("carries its code literally, its cause, and the attributes at fault", () => {
  const cause = new Error("socket hang up");
  const error = new CouldNotTellError("record_broken", {
    cause,
    attributes: ["routes"],
  });
  expect(error.code).toBe("record_broken");
  expect(error.attributes).toEqual(["routes"]);
  expect(error.cause).toBe(cause);
});

test("names no attribute unless it is told one", () => {
  expect(new CouldNotTellError("table_unavailable").attributes).toEqual([]);
});
