import type { JsonRecord } from "../../json.ts";
import { SPOILS, type TokenView } from "../api.ts";
import { badRequest, ConsoleError } from "../console-error.ts";
import {
  findOneOf,
  findText,
  getOneOf,
  getText,
  refuseOthers,
} from "../http/fields.ts";
import type { TenantBook } from "../tenants/tenant-book.ts";
import type { MintToken } from "./mint-token.ts";
import type { TokenStore } from "./token-store.ts";

/** Longer ones do not fit the gateway's headers by far. */
const MAX_PASTED = 32_000;

/** `POST /api/tokens`: mints what was chosen, or takes what was pasted, and answers with its handle. */
export async function chooseToken(
  body: JsonRecord,
  mint: MintToken,
  tokens: TokenStore,
  book: TenantBook,
): Promise<TokenView> {
  if (getOneOf(body, "kind", ["minted", "pasted"]) === "pasted") {
    refuseOthers(body, ["kind", "token"]);
    return tokens.keep(parsePasted(getText(body, "token")));
  }
  refuseOthers(body, ["kind", "applicationId", "username", "spoil"]);
  const applicationId = getText(body, "applicationId");
  const application = await book.findApplication(applicationId);
  if (application === undefined) {
    throw new ConsoleError(
      404,
      "application_not_found",
      "neither the issuer nor the table knows this application: look at the tenants again",
    );
  }
  const username = findText(body, "username");
  if (username !== undefined && !application.users.includes(username)) {
    throw badRequest("username is nobody who signs in to this application");
  }
  const spoil = findOneOf(body, "spoil", SPOILS);
  return tokens.keep(await mint({ application, username, spoil }));
}

/** Takes a token as people have it in their clipboard: with `Bearer` before it, or a line break after it. */
function parsePasted(text: string): string {
  const token = text.trim().replace(/^bearer(?:\s+|$)/i, "");
  if (token === "") throw badRequest("token is empty");
  if (token.length > MAX_PASTED) {
    throw badRequest(`token is longer than ${MAX_PASTED} characters`);
  }
  // RFC 9110 §5.5: what else could end the header, and begin another.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw badRequest(
      "token has a blank, a line break or a character outside ASCII",
    );
  }
  return token;
}
