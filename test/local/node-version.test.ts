import { expect, test } from "vitest";
import { findNodeProblem } from "../../local/node-version.ts";

test.each(["24.0.0", "24.21.0", "26.1.0"])("Node %s will do", (version) => {
  expect(findNodeProblem(version)).toBeUndefined();
});

test.each(["20.20.2", "22.18.0", "23.11.1"])("Node %s is named", (version) => {
  expect(findNodeProblem(version)).toMatch(
    new RegExp(`needs Node 24.* this is Node ${version}$`),
  );
});
