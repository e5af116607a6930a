/** The token that a request is sent with. */

export const SPOILS = [
  "tampered_signature",
  "expired",
  "other_audience",
  "id_token",
  "unknown_application",
  "alg_none",
  "no_token",
  "nonsense",
] as const;
export type Spoil = (typeof SPOILS)[number];

/** `POST /api/tokens` */
export type TokenChoice =
  | {
      readonly kind: "minted";
      readonly applicationId: string;
      /** @default the application acts for itself */
      readonly username?: string;
      readonly spoil?: Spoil;
    }
  | { readonly kind: "pasted"; readonly token: string };

/** A token that the server keeps; the page has its handle. */
export interface TokenView {
  readonly handle: string;
  /** Decoded and not verified; absent where there is nothing to decode. */
  readonly header?: unknown;
  readonly claims?: unknown;
}
