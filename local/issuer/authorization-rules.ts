import type { Application, Directory } from "./directory.ts";
import type { RequestParameters } from "./parameters.ts";
import { parseScopes } from "./scopes.ts";

/** What must hold of a request whose application and callback are known; it is told to the application. */
export interface AuthorizationRule {
  readonly error: string;
  readonly description: string;
  readonly isBroken: (
    parameters: RequestParameters,
    application: Application,
    directory: Directory,
  ) => boolean;
}

/** The first that is broken is told. */
export const RULES: readonly AuthorizationRule[] = [
  {
    error: "invalid_request",
    description: "a parameter is given twice",
    isBroken: ({ repeated }) => repeated.length > 0,
  },
  {
    error: "unsupported_response_type",
    description: "response_type must be code",
    isBroken: ({ find }) => find("response_type") !== "code",
  },
  {
    error: "invalid_request",
    description: "response_mode must be query or web_message",
    isBroken: ({ find }) =>
      !["query", "web_message"].includes(find("response_mode") ?? "query"),
  },
  {
    error: "invalid_request",
    description: "code_challenge_method must be S256",
    isBroken: ({ find }) =>
      find("code_challenge") !== undefined &&
      find("code_challenge_method") !== "S256",
  },
  {
    error: "invalid_request",
    description: "code_challenge is not a SHA-256 digest in base64url",
    isBroken: ({ find }) =>
      !/^[\w-]{43}$/.test(find("code_challenge") ?? "_".repeat(43)),
  },
  {
    // RFC 9700 §2.1.1: a public application has nothing else to tie a code to itself.
    error: "invalid_request",
    description: "a public application must send a code_challenge",
    isBroken: ({ find }, { isConfidential }) =>
      !isConfidential && find("code_challenge") === undefined,
  },
  {
    error: "access_denied",
    description: "Service not found: audience names no API",
    isBroken: ({ find }, _, { apis }) =>
      find("audience") !== undefined &&
      !apis.some(({ identifier }) => identifier === find("audience")),
  },
  {
    error: "invalid_request",
    description: "organization is not one of this application's",
    isBroken: ({ find }, { organizations }) =>
      find("organization") !== undefined &&
      !organizations.includes(find("organization") ?? ""),
  },
  {
    error: "invalid_request",
    description:
      "prompt must be none, or some of login, select_account and consent",
    isBroken: ({ find }) => !isPossible(parseScopes(find("prompt"))),
  },
  {
    error: "invalid_request",
    description: "max_age must be a whole number of seconds",
    isBroken: ({ find }) => !/^\d{1,9}$/.test(find("max_age") ?? "0"),
  },
];

/** There is one page, and it asks who is there: it does for all of them. */
const PAGE_PROMPTS = ["login", "select_account", "consent"];

function isPossible(prompts: readonly string[]): boolean {
  return prompts.includes("none")
    ? prompts.length === 1
    : prompts.every((prompt) => PAGE_PROMPTS.includes(prompt));
}
