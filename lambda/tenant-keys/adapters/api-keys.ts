/** Makes, finds and removes API keys (API Gateway control plane). */
import {
  APIGatewayClient,
  type ApiKey as ApiKeyOutput,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  GetApiKeysCommand,
  GetUsagePlanKeysCommand,
  UpdateApiKeyCommand,
} from "@aws-sdk/client-api-gateway";
import type { ApiKey, ApiKeys } from "../ports.ts";

export interface CallBudget {
  readonly connectMs: number;
  /** For one attempt. */
  readonly attemptMs: number;
  readonly attempts: number;
}

/** Throttling is waited out with pauses of up to 0.5, 1, 2 and 4 s: 33 s for one call at worst. */
export const CALL_BUDGET: CallBudget = {
  connectMs: 1_000,
  attemptMs: 5_000,
  attempts: 5,
};

/** API Gateway refused or did not answer. What the row's tenant has stays as it is. */
export class KeysError extends Error {
  readonly code = "keys_failed";
}

/** An SDK client that retries with growing pauses; endpoint, region and credentials as the SDK finds them. */
export function createApiGatewayClient(budget: CallBudget): APIGatewayClient {
  return new APIGatewayClient({
    maxAttempts: budget.attempts,
    retryMode: "standard",
    requestHandler: {
      connectionTimeout: budget.connectMs,
      requestTimeout: budget.attemptMs,
      // Without it the SDK only warns.
      throwOnRequestTimeout: true,
    },
  });
}

/** The most that one answer holds. */
const PAGE = 500;
const IN_USE = "Counts the requests of one tenant; kept by a function";
const UNUSED = /^Unused since ([^\s;]+)/;

/**
 * @param pace resolves when the next call may be made
 * @param tags for each new key: by these the role is held to its own
 */
export function createApiKeys(
  client: Pick<APIGatewayClient, "send">,
  pace: () => Promise<void>,
  tags: Readonly<Record<string, string>>,
): ApiKeys {
  /** @param expected errors' names, each with the answer that it stands for */
  async function call<Output, Expected = never>(
    what: string,
    send: () => Promise<Output>,
    expected: Readonly<Record<string, Expected>> = {},
  ): Promise<Output | Expected> {
    await pace();
    try {
      return await send();
    } catch (error) {
      const name = error instanceof Error ? error.name : "";
      const answer = Object.hasOwn(expected, name) ? expected[name] : undefined;
      if (answer !== undefined) return answer;
      throw new KeysError(`${what} failed: ${describe(error)}`);
    }
  }

  async function readPages<Item>(
    what: string,
    read: (
      position: string | undefined,
    ) => Promise<{ items?: Item[] | undefined; position?: string | undefined }>,
  ): Promise<readonly Item[]> {
    const items: Item[] = [];
    let position: string | undefined;
    do {
      const page = await call(what, () => read(position));
      items.push(...(page.items ?? []));
      position = page.position;
    } while (position !== undefined);
    return items;
  }

  return {
    async find(name, value) {
      const items = await readPages("finding a key", (position) =>
        client.send(
          new GetApiKeysCommand({
            nameQuery: name,
            includeValues: true,
            limit: PAGE,
            position,
          }),
        ),
      );
      // The query takes names that begin like it as well.
      return items
        .filter((item) => item.name === name && item.value === value)
        .flatMap(toApiKey)[0];
    },
    async list(prefix) {
      // Without a query: what one matches but whole names is not documented.
      const items = await readPages("listing the keys", (position) =>
        client.send(new GetApiKeysCommand({ limit: PAGE, position })),
      );
      return items
        .flatMap(toApiKey)
        .filter(({ name }) => name.startsWith(prefix));
    },
    async listPlan(usagePlanId) {
      const items = await readPages("listing a plan's keys", (position) =>
        client.send(
          new GetUsagePlanKeysCommand({ usagePlanId, limit: PAGE, position }),
        ),
      );
      return new Set(items.flatMap(({ id }) => (id === undefined ? [] : [id])));
    },
    async create(name, value) {
      const made = await call(
        "making a key",
        () =>
          client.send(
            new CreateApiKeyCommand({
              name,
              value,
              description: IN_USE,
              enabled: true,
              tags,
            }),
          ),
        {
          LimitExceededException: "limit",
          ConflictException: "exists",
        } as const,
      );
      if (typeof made === "string") return made;
      const [key] = toApiKey(made);
      if (key === undefined) throw new KeysError("a new key has no id");
      return key;
    },
    async attach(keyId, usagePlanId) {
      await call(
        "putting a key into its plan",
        () =>
          client.send(
            new CreateUsagePlanKeyCommand({
              usagePlanId,
              keyId,
              keyType: "API_KEY",
            }),
          ),
        { ConflictException: "there" } as const,
      );
    },
    async markUnused(keyId, sinceMs) {
      const value =
        sinceMs === undefined
          ? IN_USE
          : `Unused since ${new Date(sinceMs).toISOString()}; removed by a function unless its tenant returns`;
      await call("marking a key", () =>
        client.send(
          new UpdateApiKeyCommand({
            apiKey: keyId,
            patchOperations: [{ op: "replace", path: "/description", value }],
          }),
        ),
      );
    },
    async remove(keyId) {
      await call(
        "removing a key",
        () => client.send(new DeleteApiKeyCommand({ apiKey: keyId })),
        { NotFoundException: "gone" } as const,
      );
    },
  };
}

function toApiKey({ id, name, description }: ApiKeyOutput): readonly ApiKey[] {
  if (id === undefined || name === undefined) return [];
  const [, since] = UNUSED.exec(description ?? "") ?? [];
  const sinceMs = Date.parse(since ?? "");
  return [
    {
      id,
      name,
      unusedSinceMs: Number.isNaN(sinceMs) ? undefined : sinceMs,
    },
  ];
}

/** What the operator needs of it, and none of the library's sentences: those are logged with what is thrown. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const { $metadata } = error as {
    $metadata?: { httpStatusCode?: number; requestId?: string };
  };
  return [
    error.name,
    ...($metadata?.httpStatusCode === undefined
      ? []
      : [`status ${$metadata.httpStatusCode}`]),
    ...($metadata?.requestId === undefined
      ? []
      : [`request ${$metadata.requestId}`]),
  ].join(", ");
}
