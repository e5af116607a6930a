import { describeAnswer } from "../http/answer.ts";
import { type Check, type CheckOutcome, judged, notRun } from "./check.ts";

/** The answer of an outage is not kept, so the verdict is there as soon as the table is. */
const RECOVERY_MS = 10_000;

export const outage: Check = {
  id: "outage",
  proves:
    "an outage is no verdict: nobody is let in or refused because of it, and it is not kept",
  how: "the table taken away; a good token of an application that nobody has seen, and an unsigned one; then the table brought back",
  expected:
    "503 with Retry-After, 401 for the unsigned one; once the table is back 403 tenant_not_found",
  run: async ({ target, askOnce, budget }): Promise<CheckOutcome> => {
    const { outage: switches, tenants } = target;
    if (switches === undefined) {
      return notRun("nobody's table is taken down: this is for the local run");
    }
    const [{ own }] = tenants;
    const [request] = own;
    const token = await switches.mintUnknown();
    const question = { ...request, authorization: `Bearer ${token}` };
    const [header = "", claims = ""] = token.split(".");
    const findings: string[] = [];

    let during;
    let unsigned;
    await switches.takeTableDown();
    try {
      during = await askOnce(question);
      unsigned = await askOnce({
        ...request,
        authorization: `Bearer ${header}.${claims}.AAAA`,
      });
    } finally {
      await switches.bringTableUp();
    }
    if (during.kind !== "could_not_tell") {
      findings.push(`without the table: ${describeAnswer(during)}`);
    } else if (during.headers["retry-after"] === undefined) {
      findings.push("without the table: 503 without Retry-After");
    }
    if (unsigned.kind !== "unauthenticated") {
      findings.push(
        `without the table, an unsigned token: ${describeAnswer(unsigned)}`,
      );
    }

    const startedMs = performance.now();
    let after = await askOnce(question);
    let cases = 3;
    while (
      after.kind === "could_not_tell" &&
      performance.now() - startedMs < RECOVERY_MS
    ) {
      await budget.pause(250);
      after = await askOnce(question);
      cases += 1;
    }
    if (after.kind !== "forbidden" || after.reason !== "tenant_not_found") {
      findings.push(`with the table back: ${describeAnswer(after)}`);
    }
    return judged(
      cases,
      findings,
      [during, unsigned, after].map(describeAnswer).join(", then "),
    );
  },
};
