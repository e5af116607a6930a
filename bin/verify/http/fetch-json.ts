import { isJsonObject, type JsonObject } from "../../../lambda/core/json.ts";
import { VerifyError } from "../verify-error.ts";
import { exchange } from "./exchange.ts";

/**
 * Asks a service beside the stage (token endpoint, key set, the local run's control), once.
 *
 * @param what its name in the message of an error, which repeats nothing of what it answered
 * @throws VerifyError `service_failed`
 */
export async function fetchJson(
  url: URL,
  what: string,
  options: {
    readonly signal: AbortSignal;
    /** Sent as JSON with POST; GET without it. */
    readonly body?: object;
    readonly ca?: string;
  },
): Promise<JsonObject> {
  const { signal, body, ca } = options;
  const answer = await exchange(
    url,
    {
      method: body === undefined ? "GET" : "POST",
      target: `${url.pathname}${url.search}`,
      headers: [
        ["Accept", "application/json"],
        ...(body === undefined
          ? []
          : [["Content-Type", "application/json"] as const]),
      ],
      ...(body !== undefined && { body: JSON.stringify(body) }),
    },
    { timeoutMs: 10_000, signal, ...(ca !== undefined && { ca }) },
  );
  const seen =
    answer.status === 0
      ? `gives no answer (${answer.fault ?? "closed"})`
      : `answers ${answer.status}`;
  if (answer.status !== 200) {
    throw new VerifyError("service_failed", `${what} at ${url.host} ${seen}`);
  }
  try {
    const parsed: unknown = JSON.parse(answer.body);
    if (isJsonObject(parsed)) return parsed;
  } catch {
    // Falls through: what is not JSON is as useless as what is no object.
  }
  throw new VerifyError(
    "service_failed",
    `${what} at ${url.host} ${seen}, but not with a JSON object`,
  );
}
