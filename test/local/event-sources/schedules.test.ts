import { expect, onTestFinished, test, vi } from "vitest";
import {
  startSchedules,
  type ScheduleNotice,
} from "../../../local/event-sources/schedules.ts";
import { idOf, stackOf, success, thrown } from "../gateway/support.ts";

const RULE = {
  ScheduleExpression: "rate(1 hour)",
  State: "ENABLED",
  Targets: [{ Arn: idOf("Sweep", "Lambda::Function", "Arn"), Id: "Target0" }],
};

function start(properties: object = {}, result = success(null)) {
  const invoked: string[] = [];
  const events: unknown[] = [];
  const notices: ScheduleNotice[] = [];
  const stop = startSchedules({
    stack: stackOf({
      Sweep: ["Lambda::Function", {}],
      Rule: ["Events::Rule", { ...RULE, ...properties }],
    }),
    invokeFunction: (logicalId, event) => {
      invoked.push(logicalId);
      events.push(event);
      return Promise.resolve(result);
    },
    onNotice: (notice) => notices.push(notice),
  });
  onTestFinished(stop);
  return { invoked, events, notices, stop };
}

test("a rule invokes its function at the start, and then at its rate until the end", () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { invoked, events, stop } = start();
  expect(events).toMatchObject([{ source: "aws.events" }]);
  vi.advanceTimersByTime(3_599_999);
  expect(invoked).toEqual(["Sweep"]);
  vi.advanceTimersByTime(1);
  expect(invoked).toEqual(["Sweep", "Sweep"]);
  stop();
  vi.advanceTimersByTime(7_200_000);
  expect(invoked).toHaveLength(2);
});

test("a failure is told", async () => {
  const { notices } = start({}, thrown("no keys"));
  await vi.waitFor(() => {
    expect(notices).toEqual([
      { functionLogicalId: "Sweep", problem: "no keys" },
    ]);
  });
});

test("a rule that is switched off invokes nothing", () => {
  expect(start({ State: "DISABLED" }).invoked).toEqual([]);
});

test.each([
  [{ ScheduleExpression: "cron(0 12 * * ? *)" }, /only rate\(…\) schedules/],
  [{ EventPattern: { source: ["x"] } }, /EventPattern is not emulated/],
  [{ Targets: [{ Arn: "arn:aws:sqs:x:1:q" }] }, /no function of this stack/],
  [{ Targets: [{ ...RULE.Targets[0], Input: "{}" }] }, /Input is not emulated/],
])("what would have to be ignored is refused: %o", (properties, problem) => {
  expect(() => start(properties)).toThrow(problem);
});
