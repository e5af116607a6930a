/** The alarm on refused runs, raised by more callers at once than the function's concurrency is set apart for. */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFunctions,
  type LocalFunctions,
} from "../../local/functions/functions.ts";
import { type Deployment, buildDeployment } from "../drills/deployment.ts";
import type { MetricPoint } from "../support/cloudwatch/metric-points.ts";
import { lambdaPoints, minuteMs, statesOf } from "./watch.ts";

let deployment: Deployment;
let functions: LocalFunctions;
beforeAll(async () => {
  deployment = await buildDeployment({ reservedConcurrency: 1 });
  functions = createFunctions({
    stack: deployment.stack,
    stateDirectory: deployment.directory,
    // Nobody is there: a token that is none is refused before anybody is asked.
    switches: { AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:9" },
  });
}, 180_000);
afterAll(async () => {
  await functions.stop();
  await deployment[Symbol.asyncDispose]();
});

async function run(): Promise<readonly MetricPoint[]> {
  const { stack, authorizer } = deployment;
  const result = await functions.invoke(authorizer.logicalId, {
    type: "TOKEN",
    methodArn:
      "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/",
    authorizationToken: "Bearer junk",
  });
  const isError = result.kind === "error";
  return lambdaPoints(stack, authorizer, {
    atMs: minuteMs(0),
    durationMs: result.durationMs,
    isError,
    isThrottled: isError && result.errorType === "TooManyRequestsException",
  });
}

test("throttled is raised by two runs at once, where one is set apart", async () => {
  const points = (await Promise.all([run(), run()])).flat();
  expect(statesOf(deployment.stack, "throttled", points)).toEqual(["ALARM"]);
}, 60_000);

test("one after the other raises nothing", async () => {
  const points = [...(await run()), ...(await run())];
  expect(statesOf(deployment.stack, "throttled", points)).toEqual(["OK"]);
}, 60_000);
