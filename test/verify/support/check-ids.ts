import { createChecks } from "../../../bin/verify/checks/checks.ts";

export const CHECKS = createChecks({ onExpirySeen: () => undefined });
export const CHECK_IDS: readonly string[] = CHECKS.map(({ id }) => id);
