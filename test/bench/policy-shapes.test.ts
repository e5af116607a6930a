import { expect, test } from "vitest";
import { SHAPES, routesOfShape } from "../../bench/policy/shapes.ts";
import { routesOf } from "../../bench/warm/loopback.ts";
import { compileRoutes, fitsBudget } from "../../lambda/core/policy.ts";
import { tenantOf } from "../support/records.ts";

const STAGE = {
  partition: "aws",
  region: "eu-central-1",
  account: "123456789012",
  apiId: "abcdef1234",
  stage: "prod",
};

test.each(SHAPES)("records of the shape $name can be read", (shape) => {
  for (const count of [1, 20, 60]) {
    const routes = { SS: routesOfShape(shape, count) };
    expect(tenantOf({ routes }).routes).toHaveLength(count);
  }
});

test("60 routes of the warm measurement fit the policy's budget", () => {
  const { routes } = tenantOf({ routes: { SS: routesOf(60) } });
  expect(routes).toHaveLength(60);
  expect(fitsBudget(compileRoutes(routes, STAGE))).toBe(true);
});
