/** The same facts about every example backend, whatever it is written in. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CLIENT_ID,
  REFUSED_HEADERS,
  SUBJECT,
  TENANT_HEADERS,
} from "./backend-cases.ts";
import {
  OWN_PATH,
  startBackendWorld,
  type BackendWorld,
  type StartBackend,
} from "./backend-world.ts";
import { describeDirectCalls } from "./direct-suite.ts";
import { describeBehindGateway } from "./gateway-suite.ts";
import { describeSecondLine } from "./second-line-suite.ts";
import { send } from "./send.ts";
import { REFUSED_TOKENS } from "./token-cases.ts";

export function describeBackend(
  name: string,
  startBackend: StartBackend,
): void {
  const resources = new AsyncDisposableStack();
  let started: BackendWorld | undefined;
  beforeAll(async () => {
    started = await startBackendWorld(startBackend, resources);
  }, 120_000);
  afterAll(() => resources.disposeAsync());

  const world = (): BackendWorld => {
    if (started === undefined) throw new Error("used before it has started");
    return started;
  };

  describeDirectCalls(name, world);
  describeBehindGateway(name, world);
  describeSecondLine(name, world);

  describe(`what ${name} prints`, () => {
    test("names each refusal by its code, and holds no token, no part of one and nobody's id", async () => {
      const { run, plain, unpublishedKid, askGuarded } = world();
      const { printed, tokens } = world();
      const countLines = (code: string): number =>
        printed().split(`"reason":"${code}"`).length +
        // Python's way to write JSON.
        printed().split(`"reason": "${code}"`).length;

      const expected = new Map<string, number>();
      const expectLine = (code: string): void => {
        expected.set(code, (expected.get(code) ?? countLines(code)) + 1);
      };
      for (const { headers, error } of REFUSED_HEADERS) {
        expectLine(error);
        await send(plain.url, OWN_PATH, headers);
      }
      for (const { make, error } of REFUSED_TOKENS) {
        expectLine(error);
        await askGuarded(await make(run, unpublishedKid));
      }
      expectLine("tenant_mismatch");
      await send(plain.url, "/globex/invoices", TENANT_HEADERS);

      for (const [code, count] of expected) {
        await expect
          .poll(() => countLines(code), { timeout: 10_000 })
          .toBeGreaterThanOrEqual(count);
      }
      const secrets = [
        ...tokens.flatMap((token) => token.split(".")),
        SUBJECT,
        CLIENT_ID,
      ].filter((secret) => secret.length > 8);
      expect(secrets.length).toBeGreaterThan(20);
      expect(secrets.filter((secret) => printed().includes(secret))).toEqual(
        [],
      );
    });
  });
}
