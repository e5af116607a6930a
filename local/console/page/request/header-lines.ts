import { ApiFailure } from "../call-api.ts";

/** Reads one `Name: value` a line; empty lines are passed over. */
export function parseHeaderLines(
  text: string,
): readonly (readonly [name: string, value: string])[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const at = line.indexOf(":");
      if (at < 1) {
        throw new ApiFailure({
          error: "bad_request",
          message: "headers: write one “Name: value” a line",
        });
      }
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    });
}
