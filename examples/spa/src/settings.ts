/** What the page must know of its Auth0 tenant and its API. None of it is secret. */
export interface Settings {
  /** The Auth0 domain, as auth0-spa-js takes it. */
  readonly domain: string;
  /** `iss`, where it is not `https://<domain>/`. */
  readonly issuer?: string;
  readonly audience: string;
  /** The API's base URL, without a slash at the end. */
  readonly gateway: string;
  /** One Auth0 application for each tenant. */
  readonly applications: readonly Application[];
  /** Requests to offer, as in `GET /acme/orders`. */
  readonly calls: readonly string[];
}

export interface Application {
  readonly name: string;
  readonly clientId: string;
}

/** @throws Error when the page is not served with its settings */
export async function loadSettings(): Promise<Settings> {
  const response = await fetch("/settings.json");
  if (!response.ok) {
    throw new Error(`no settings: /settings.json is ${response.status}`);
  }
  return (await response.json()) as Settings;
}
