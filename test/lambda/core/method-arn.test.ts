import { describe, expect, test } from "vitest";
import {
  formatStageArn,
  parseMethodArn,
} from "../../../lambda/core/method-arn.ts";
import { STAGE_ARN, methodArn } from "../../support/events.ts";

const STAGE = {
  partition: "aws",
  region: "eu-central-1",
  account: "123456789012",
  apiId: "abcdef1234",
  stage: "prod",
};

describe("parseMethodArn", () => {
  test.each([
    { name: "the root", arn: `${STAGE_ARN}/GET/` },
    { name: "a path", arn: methodArn("DELETE", "/acme/orders/1") },
    {
      name: "a path that holds another ARN",
      arn: methodArn("GET", `/x/${STAGE_ARN}/GET/globex`),
    },
    { name: "a path of wildcards", arn: methodArn("GET", "/*/?/**") },
    { name: "a path with a line break", arn: methodArn("GET", "/a\nb") },
    { name: "no method", arn: `${STAGE_ARN}/` },
    { name: "1,600 characters", arn: methodArn("GET", "/").padEnd(1_600, "x") },
  ])("reads the stage and nothing of what follows: $name", ({ arn }) => {
    expect(parseMethodArn(arn)).toEqual(STAGE);
  });

  test.each([
    {
      name: "of China",
      arn: "arn:aws-cn:execute-api:cn-north-1:000000000000:A1/v1/GET/",
      partition: "aws-cn",
    },
    {
      name: "of GovCloud",
      arn: "arn:aws-us-gov:execute-api:us-gov-west-1:123456789012:a/b/GET/",
      partition: "aws-us-gov",
    },
    {
      name: "of the European cloud",
      arn: "arn:aws-eusc:execute-api:eusc-de-east-1:123456789012:a/b/GET/",
      partition: "aws-eusc",
    },
  ])("keeps the partition $name", ({ arn, partition }) => {
    expect(parseMethodArn(arn)).toMatchObject({ partition });
  });

  test("reads a region, an API id and a stage of the greatest length", () => {
    const fields = {
      region: "r".repeat(32),
      apiId: "a".repeat(64),
      stage: "s".repeat(128),
    };
    const arn = `${formatStageArn({ ...STAGE, ...fields })}/GET/`;
    expect(parseMethodArn(arn)).toEqual({ ...STAGE, ...fields });
  });

  test("reads the stage of the console's test invocation", () => {
    expect(
      parseMethodArn(
        "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/ESTestInvoke-stage/GET/",
      ),
    ).toMatchObject({ stage: "ESTestInvoke-stage" });
  });

  test.each([
    { name: "nothing", arn: undefined },
    { name: "null", arn: null },
    { name: "a list", arn: [methodArn()] },
    { name: "an empty text", arn: "" },
    { name: "an ARN that ends after the stage", arn: STAGE_ARN },
    { name: "1,601 characters", arn: methodArn("GET", "/").padEnd(1_601, "x") },
    {
      name: "another service",
      arn: methodArn().replace("execute-api", "lambda"),
    },
    { name: "another partition's name", arn: methodArn().replace("aws", "aw") },
    {
      name: "a partition of stars",
      arn: methodArn().replace("arn:aws:", "arn:*:"),
    },
    {
      name: "a region of stars",
      arn: methodArn().replace("eu-central-1", "*"),
    },
    { name: "no region", arn: methodArn().replace("eu-central-1", "") },
    {
      name: "a region in capitals",
      arn: methodArn().replace("eu-central-1", "EU-CENTRAL-1"),
    },
    {
      name: "a region of 33 characters",
      arn: methodArn().replace("eu-central-1", "r".repeat(33)),
    },
    {
      name: "an API id of 65 characters",
      arn: methodArn().replace("abcdef1234", "a".repeat(65)),
    },
    {
      name: "a stage of 129 characters",
      arn: methodArn().replace("prod", "s".repeat(129)),
    },
    {
      name: "an account of eleven digits",
      arn: methodArn().replace("123456789012", "12345678901"),
    },
    {
      name: "an account of thirteen digits",
      arn: methodArn().replace("123456789012", "1234567890123"),
    },
    {
      name: "an account of a star",
      arn: methodArn().replace("123456789012", "*"),
    },
    { name: "no API id", arn: methodArn().replace("abcdef1234", "") },
    {
      name: "an API id with a star",
      arn: methodArn().replace("abcdef1234", "abc*"),
    },
    {
      name: "an API id with a question mark",
      arn: methodArn().replace("abcdef1234", "abc?"),
    },
    {
      name: "an API id with a colon",
      arn: methodArn().replace("abcdef1234", "a:b"),
    },
    { name: "no stage", arn: methodArn().replace("prod", "") },
    { name: "a stage with a star", arn: methodArn().replace("prod", "*") },
    {
      name: "the stage of an HTTP API",
      arn: methodArn().replace("prod", "$default"),
    },
    { name: "a blank at its beginning", arn: ` ${methodArn()}` },
    { name: "a line before it", arn: `x\n${methodArn()}` },
  ])("does not read $name", ({ arn }) => {
    expect(parseMethodArn(arn)).toBeUndefined();
  });
});

test("formatStageArn writes what parseMethodArn read", () => {
  expect(formatStageArn(STAGE)).toBe(STAGE_ARN);
});
