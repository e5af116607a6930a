import { own } from "../../../lambda/core/json.ts";
import { fetchJson } from "../http/fetch-json.ts";
import { VerifyError } from "../verify-error.ts";

export interface ClientCredentials {
  readonly tokenUrl: URL;
  readonly audience: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly organization: string | undefined;
}

/**
 * A token by the client credentials grant, fetched once and kept: Auth0 bills such tokens.
 * https://auth0.com/docs/api/authentication/client-credential-flow/get-token
 */
export function tokenByCredentials(
  {
    tokenUrl,
    audience,
    clientId,
    clientSecret,
    organization,
  }: ClientCredentials,
  tenant: string,
  signal: AbortSignal,
): () => Promise<string> {
  let token: Promise<string> | undefined;
  const request = async (): Promise<string> => {
    const answer = await fetchJson(
      tokenUrl,
      `the token endpoint, for ${tenant},`,
      {
        signal,
        body: {
          grant_type: "client_credentials",
          client_id: clientId,
          client_secret: clientSecret,
          audience,
          ...(organization !== undefined && { organization }),
        },
      },
    );
    const accessToken = own(answer, "access_token");
    if (typeof accessToken === "string") return accessToken;
    throw new VerifyError(
      "service_failed",
      `the token endpoint gives no access_token for ${tenant}`,
    );
  };
  return () => (token ??= request());
}
