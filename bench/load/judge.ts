/** Holds an answer against what it must be. */
import { ownProperty } from "../../local/json.ts";
import type { DrawnRequest } from "./request-mix.ts";

/** What came back over HTTP. */
export interface Answer {
  readonly status: number;
  readonly wwwAuthenticate: string | undefined;
  readonly body: string;
}

/** @returns what is wrong with it, without a word of the token; nothing when it is as it must be */
export function findFault(
  { kind, path, expected }: DrawnRequest,
  answer: Answer,
): string | undefined {
  const body = parseBody(answer.body);
  const error = ownProperty(body, "error");
  const got = `${answer.status} ${typeof error === "string" ? error : ""}`;
  const where = `${kind}, ${path}: `;
  if (answer.status !== expected.status) {
    return `${where}${got.trim()} in place of ${expected.status}`;
  }
  switch (expected.status) {
    case 200: {
      const tenantId = ownProperty(ownProperty(body, "tenant"), "tenantId");
      return tenantId === expected.tenantId
        ? undefined
        : `${where}the backend was told of another tenant, or of none`;
    }
    case 403:
      return error === expected.reason
        ? undefined
        : `${where}${got.trim()} in place of 403 ${expected.reason}`;
    case 401:
      return answer.wwwAuthenticate?.startsWith("Bearer ") === true
        ? undefined
        : `${where}401 without WWW-Authenticate: Bearer`;
  }
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Judged as a body that says nothing: no expectation but a bare 401 is met by it.
    return undefined;
  }
}
