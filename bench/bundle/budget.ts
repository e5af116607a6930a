/** What the authorizer's code may weigh: every byte is read and parsed at each cold start. */
export const BUNDLE_BUDGET_BYTES = 215_000;
