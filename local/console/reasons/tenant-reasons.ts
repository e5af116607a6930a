/** 403: the token is good, and its bearer may not enter; and 503: nobody can say. */
import { COMMAND_NAMES } from "../../command-names.ts";
import { reasonsAt, type Reasons } from "./reason.ts";

export const TENANT_REASONS: Reasons = {
  ...reasonsAt(403, "record", {
    tenant_not_found: [
      "no record for this application, organization or value",
      "Onboard it: write a row whose key is what the token’s tenant claim says.",
    ],
  }),
  ...reasonsAt(403, "policy", {
    tenant_suspended: [
      "the record's status is suspended",
      "Resume the tenant if this is not meant.",
    ],
    tenant_expired: [
      "the record's expiresAt has passed",
      "Move expiresAt, or remove it, if the tenant shall go on.",
    ],
    issuer_mismatch: [
      "the record belongs to another issuer",
      "Compare the record’s issuer with the token’s iss.",
    ],
    token_revoked: [
      "the token was issued before the record's tokensValidAfter",
      "Everyone was logged out since. Sign in again.",
    ],
    binding_rule_failed: [
      "a rule under the record's require does not hold",
      "Compare the attribute named here with the token’s claims: the application is right, its bearer is not.",
    ],
  }),
  ...reasonsAt(403, "gateway", {
    route_not_granted: [
      "no route is granted to this token, or not the one requested",
      "Compare the request with the record’s routes: method, path, denials, and the scopes that a route asks for.",
    ],
  }),
};

export const OUTAGE_REASONS: Reasons = {
  ...reasonsAt(503, "token", {
    event_malformed: [
      "the event is not a TOKEN authorizer event of a REST API",
      "The function is wired to something else: look at the authorizer’s type.",
    ],
  }),
  ...reasonsAt(503, "signature", {
    keys_unavailable: [
      "no usable signing keys, or a new kid while none can be fetched",
      "The issuer did not answer with keys. Nothing is wrong with the token: try again.",
    ],
  }),
  ...reasonsAt(503, "record", {
    table_unavailable: [
      "the tenant table did not answer in time, or refused",
      "Nothing is wrong with the token: try again when the table is back.",
    ],
    record_broken: [
      "the tenant's record breaks its grammar or the policy budget",
      `Correct the attribute named here; “${COMMAND_NAMES.tenants} --local check” says what is wrong with it.`,
    ],
  }),
  ...reasonsAt(503, "policy", {
    internal_error: [
      "a fault of ours; the log line carries where",
      "Report it with the log line below.",
    ],
  }),
};
