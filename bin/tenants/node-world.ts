/** The world as Node has it. */
import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ClientOptions, World } from "./world.ts";

/** Throttling is waited out: long scans and imports of an on-demand table that is still growing meet it. */
const MAX_ATTEMPTS = 8;

export function createNodeWorld(): World {
  for (const stream of [process.stdout, process.stderr]) {
    // `tenants list | head`: whoever reads has had enough.
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      process.exit(0);
    });
  }
  return {
    stdout: (chunk) => void process.stdout.write(chunk),
    stderr: (chunk) => void process.stderr.write(chunk),
    isInteractive: process.stdin.isTTY && process.stderr.isTTY,
    isStderrTerminal: process.stderr.isTTY,
    ask,
    readStdin: () => text(process.stdin),
    env: process.env,
    now: () => Date.now(),
    sleep: (ms) => sleep(ms),
    fetch,
    catchInterrupt: () => {
      const interruption = new AbortController();
      process.once("SIGINT", () => {
        interruption.abort();
      });
      return interruption.signal;
    },
    aws: {
      dynamoDb: (options) => new DynamoDBClient(withRetries(options)),
      cloudFormation: (options) =>
        new CloudFormationClient(withRetries(options)),
      apiGateway: (options) => new APIGatewayClient(withRetries(options)),
    },
  };
}

function ask(question: string): Promise<string> {
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
  });
  return new Promise((resolve, reject) => {
    // Without it a question that is interrupted would stay open for ever.
    lines.once("close", () => {
      resolve("");
    });
    lines.once("SIGINT", () => {
      lines.close();
    });
    lines
      .question(question)
      .then(resolve, reject)
      .finally(() => {
        lines.close();
      });
  });
}

function withRetries(
  options: ClientOptions,
): ClientOptions & { maxAttempts: number } {
  // A local table that is not there will not be there in a second either.
  return {
    ...options,
    maxAttempts: options.endpoint === undefined ? MAX_ATTEMPTS : 2,
  };
}
