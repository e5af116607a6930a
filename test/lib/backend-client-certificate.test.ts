import { Fn, Stack } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import { describe, expect, test } from "vitest";
import { BackendClientCertificate } from "../../lib/backend-client-certificate.ts";
import {
  TenantApiStack,
  type TenantApiStackProps,
} from "../../lib/tenant-api-stack.ts";
import {
  createApp,
  synthesize,
  synthesizeTenantApi,
  VALID_PROPS,
} from "./synthesize.ts";

const CERTIFICATE = "AWS::ApiGateway::ClientCertificate";
const STAGE = "AWS::ApiGateway::Stage";
const BACKEND = { backendUrl: "https://backend.acme.com" };

describe("a stack with a client certificate for its backend", () => {
  const synthesized = synthesizeTenantApi({
    ...BACKEND,
    backendClientCertificate: true,
  });
  const { id, properties } = synthesized.only(CERTIFICATE);
  const itsId = { "Fn::GetAtt": [id, "ClientCertificateId"] };

  test("has one, and says whose it is", () => {
    expect(properties).toEqual({
      Description: "Shown to the backend of TenantApi",
    });
  });

  test("shows it from its stage", () => {
    const stage = synthesized.only(STAGE);
    expect(stage.properties["ClientCertificateId"]).toEqual(itsId);
  });

  test("tells its id, with which the backend's owner gets it", () => {
    expect(synthesized.outputs["BackendClientCertificateId"]).toMatchObject({
      Value: itsId,
    });
  });
});

describe("a stack with a certificate that exists", () => {
  const synthesized = synthesizeTenantApi({
    ...BACKEND,
    backendClientCertificate: "a1b2c3",
  });

  test("shows it and makes none", () => {
    expect(synthesized.only(STAGE).properties["ClientCertificateId"]).toBe(
      "a1b2c3",
    );
    synthesized.template.resourceCountIs(CERTIFICATE, 0);
    expect(synthesized.outputs["BackendClientCertificateId"]).toMatchObject({
      Value: "a1b2c3",
    });
  });
});

test.each([
  ["without the prop", {}],
  ["with false", { backendClientCertificate: false }],
])("a stack %s has none", (_, props) => {
  const { template, outputs, only } = synthesizeTenantApi({
    ...BACKEND,
    ...props,
  });
  template.resourceCountIs(CERTIFICATE, 0);
  expect(only(STAGE).properties).not.toHaveProperty("ClientCertificateId");
  expect(outputs).not.toHaveProperty("BackendClientCertificateId");
});

test("false needs no backend", () => {
  const { template } = synthesizeTenantApi({ backendClientCertificate: false });
  template.resourceCountIs(CERTIFICATE, 0);
});

test("an id that is known at deployment passes", () => {
  const { only } = synthesizeTenantApi({
    ...BACKEND,
    backendClientCertificate: Fn.importValue("Certificate"),
  });
  expect(only(STAGE).properties["ClientCertificateId"]).toEqual({
    "Fn::ImportValue": "Certificate",
  });
});

describe("a client certificate is refused", () => {
  test.each<[string, Partial<TenantApiStackProps>, string]>([
    [
      "without a backend URL",
      { backendClientCertificate: true },
      "backendClientCertificate means nothing without backendUrl: the sample backend is a function",
    ],
    [
      "that exists, without a backend URL",
      { backendClientCertificate: "a1b2c3" },
      "backendClientCertificate means nothing without backendUrl",
    ],
    ...["", "yes", "True", "a1b2c3 ", "a1-b2c3"].map(
      (text): [string, Partial<TenantApiStackProps>, string] => [
        `when it is ${JSON.stringify(text)}`,
        { ...BACKEND, backendClientCertificate: text },
        `backendClientCertificate must be true, false, or the id of a client certificate such as "a1b2c3", not ${JSON.stringify(text)}`,
      ],
    ),
  ])("%s", (_, props, message) => {
    expect(
      () =>
        new TenantApiStack(createApp(), "TenantApi", {
          ...VALID_PROPS,
          ...props,
        }),
    ).toThrow(`TenantApi cannot be built:\n  - ${message}`);
  });
});

test("a team with an API of its own shows it from its own stage", () => {
  const stack = new Stack(createApp(), "Own");
  const { clientCertificateId } = new BackendClientCertificate(
    stack,
    "BackendCertificate",
  );
  const api = new apigateway.RestApi(stack, "Api", {
    deployOptions: { clientCertificateId },
  });
  api.root.addMethod(
    "GET",
    new apigateway.HttpIntegration("https://backend.acme.com/"),
  );
  const { only } = synthesize(stack);
  expect(only(STAGE).properties["ClientCertificateId"]).toEqual({
    "Fn::GetAtt": [only(CERTIFICATE).id, "ClientCertificateId"],
  });
});
