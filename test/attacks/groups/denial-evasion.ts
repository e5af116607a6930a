/** Other spellings of a path that a record denies. */
import { METHODS } from "../../../lambda/core/routes.ts";
import { type Overrides } from "../../support/tokens.ts";
import { type Attack, control } from "../attack.ts";

import { on } from "../requests.ts";

const DENIALS: Overrides = {
  routes: { SS: ["* /acme/*", "!* /acme/admin", "!* /acme/admin/*"] },
};
const ONE_DENIAL: Overrides = {
  routes: { SS: ["* /acme/*", "!* /acme/admin"] },
};
const WILD_DENIAL: Overrides = {
  routes: { SS: ["* /acme/*", "!DELETE /acme/*/secrets"] },
};

const DENIED: readonly string[] = [
  "/acme/admin",
  "/acme/admin/",
  "/acme/admin/users",
  "/acme/%61dmin",
  "/acme/a%64min",
  "/acme/a%64min/users",
  "/acme/admi%6E",
  "/acme/admi%6e",
  "/acme/%61%64%6D%69%6E/users",
  "/acme/./admin",
  "/acme/x/../admin",
  "/acme//admin",
  "/acme\\admin",
  "/acme%2fadmin",
  "/%61cme/admin",
  "/acme/admin/..",
  "/acme/admin;x=1",
  "/acme/admin;x=1/users",
  "/acme/;x=1/admin",
  "/acme/admin%3bx=1",
  "/acme/admin%3Bx=1",
  "/acme/admin%00",
  "/acme/.%09/admin",
];

const UNCOVERED_DENIALS: readonly (readonly [string, Overrides, string])[] = [
  ["/acme/Admin", DENIALS, "for a backend that ignores letter case"],
  ["/acme/ADMIN/users", DENIALS, "for a backend that ignores letter case"],
  ["/acme/admin%20", DENIALS, "for a backend that trims segments"],
  ["/acme/%2561dmin", DENIALS, "for a backend that decodes twice"],
  ["/acme/ａdmin", DENIALS, "for a backend that folds wide letters"],
  ["/acme/%c1%a1dmin", DENIALS, "for a backend that decodes overlong UTF-8"],
  ["/acme/admin.json", DENIALS, "for a backend that drops an extension"],
];

export const denialEvasion: readonly Attack[] = [
  ...[
    "/acme/orders",
    "/acme/administrators",
    "/acme/x/admin",
    "/acme/admi",
  ].map((path) =>
    control(
      on(["GET", path], "allow", "beside denials of /acme/admin", DENIALS),
    ),
  ),
  ...DENIED.map((path) =>
    on(["GET", path], "explicit_deny", "under denials of /acme/admin", DENIALS),
  ),
  on(
    ["GET", "/acme/admin/"],
    "explicit_deny",
    "under a denial of /acme/admin alone",
    ONE_DENIAL,
  ),
  ...METHODS.map((method) =>
    on(
      [method, "/acme/admin"],
      "explicit_deny",
      "under a denial of all methods",
      ONE_DENIAL,
    ),
  ),
  on(
    ["DELETE", "/acme/a/secrets"],
    "explicit_deny",
    "under a denial with a wildcard",
    WILD_DENIAL,
  ),
  on(
    ["DELETE", "/acme/a/b/secrets"],
    "explicit_deny",
    "under a denial with a wildcard: it crosses slashes",
    WILD_DENIAL,
  ),
  on(
    ["DELETE", "/acme/a/se%63rets"],
    "explicit_deny",
    "under a denial with a wildcard",
    WILD_DENIAL,
  ),
  control(
    on(
      ["GET", "/acme/a/secrets"],
      "allow",
      "beside a denial of DELETE",
      WILD_DENIAL,
    ),
  ),
  ...UNCOVERED_DENIALS.map(([path, record, why]): Attack => ({
    ...on(["GET", path], "allow", `past a denial, ${why}`, record),
    kind: "limit",
  })),
];
