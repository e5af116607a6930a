/** `METHOD /path` as typed. */
import { METHODS, type Method } from "../../lambda/core/routes.ts";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-codes.ts";

export interface RequestLine {
  readonly method: Method;
  /** Without stage, query and fragment. */
  readonly path: string;
}

/** One word with a blank in it, or two. */
export function parseRequest(words: readonly string[]): RequestLine {
  const [methodText = "", target = "", ...rest] = words
    .flatMap((word) => word.split(" "))
    .filter((word) => word !== "");
  const method = METHODS.find((name) => name === methodText.toUpperCase());
  const [path = ""] = target.split(/[?#]/);
  if (method === undefined || !path.startsWith("/") || rest.length > 0) {
    throw new CommandError(
      EXIT.usage,
      "request_malformed",
      `"${words.join(" ")}" is not a request`,
      [
        `expected a method and a path, as GET /acme/orders; methods are ${METHODS.join(" ")}`,
      ],
    );
  }
  return { method, path };
}
