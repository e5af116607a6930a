import { SPOILS, type TenantsView, type TokenChoice } from "../../api.ts";

/** What the form holds. */
export interface Draft {
  readonly applicationId: string;
  /** Empty: the application acts for itself. */
  readonly username: string;
  readonly kind: TokenKind;
  readonly pasted: string;
  readonly method: string;
  readonly path: string;
  /** One `Name: value` a line. */
  readonly headers: string;
  readonly body: string;
}

export const TOKEN_KINDS = ["good", ...SPOILS, "pasted"] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

export const METHODS = [
  "GET",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "HEAD",
  "OPTIONS",
];

/** The first application, and something that it may do. */
export function initialDraft(tenants: TenantsView | undefined): Draft {
  const applicationId = tenants?.applications[0]?.id ?? "";
  return {
    applicationId,
    username: "",
    kind: "good",
    pasted: "",
    headers: "",
    body: "",
    ...ownRequest(tenants, applicationId),
  };
}

/** A request that is the application's own; what stood there goes only if it was one of these too. */
export function chooseApplication(
  draft: Draft,
  tenants: TenantsView | undefined,
  applicationId: string,
): Draft {
  const own = ownRequest(tenants, draft.applicationId);
  const isUntouched = draft.path === own.path && draft.method === own.method;
  return {
    ...draft,
    applicationId,
    username: "",
    ...(isUntouched && ownRequest(tenants, applicationId)),
  };
}

function ownRequest(
  tenants: TenantsView | undefined,
  applicationId: string,
): Pick<Draft, "method" | "path"> {
  const tenantId = tenants?.applications.find(
    ({ id }) => id === applicationId,
  )?.tenantId;
  const own = tenants?.samples.find(
    ({ tenantIds }) => tenantId !== undefined && tenantIds.includes(tenantId),
  );
  return { method: own?.method ?? "GET", path: own?.path ?? "/" };
}

export function toTokenChoice({
  applicationId,
  username,
  kind,
  pasted,
}: Draft): TokenChoice {
  if (kind === "pasted") return { kind: "pasted", token: pasted };
  return {
    kind: "minted",
    applicationId,
    ...(username !== "" && { username }),
    ...(kind !== "good" && { spoil: kind }),
  };
}
