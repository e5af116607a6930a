/** All that the command needs of the world, so that a test can be the world. */
import type { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

export interface World {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Whether there is somebody to ask: input and error output are terminals. */
  readonly isInteractive: boolean;
  /** Whether a line on stderr can be overwritten. */
  readonly isStderrTerminal: boolean;
  /** Asks on stderr, so that stdout stays clean. Ctrl-C and Ctrl-D answer nothing. */
  readonly ask: (question: string) => Promise<string>;
  readonly readStdin: () => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly fetch: typeof fetch;
  /** From this call on, the first Ctrl-C aborts the signal, and only the second one ends the process. */
  readonly catchInterrupt: () => AbortSignal;
  readonly aws: AwsClients;
}

export interface AwsClients {
  readonly dynamoDb: (options: ClientOptions) => DynamoDb;
  readonly cloudFormation: (options: ClientOptions) => CloudFormation;
  readonly apiGateway: (options: ClientOptions) => ApiGateway;
}

export type DynamoDb = Pick<DynamoDBClient, "send">;
export type CloudFormation = Pick<CloudFormationClient, "send">;
export type ApiGateway = Pick<APIGatewayClient, "send">;

/** Where AWS is. Empty: as the SDK finds it. */
export interface ClientOptions {
  readonly region?: string;
  readonly profile?: string;
  readonly endpoint?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
}
