import type { ApiError } from "../api.ts";

/** What the run said against a call, in its own words. */
export class ApiFailure extends Error {
  readonly code: string;

  constructor({ error, message }: ApiError) {
    super(message);
    this.code = error;
  }
}

export function getJson<T>(path: string): Promise<T> {
  return call<T>(path, {});
}

export function postJson<T>(path: string, body: object = {}): Promise<T> {
  return call<T>(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function call<T>(path: string, init: RequestInit): Promise<T> {
  let response;
  try {
    response = await fetch(path, init);
  } catch {
    throw new ApiFailure({
      error: "run_gone",
      message: "the run does not answer: is it still going?",
    });
  }
  const data: unknown = await response.json();
  if (!response.ok) throw new ApiFailure(data as ApiError);
  return data as T;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
