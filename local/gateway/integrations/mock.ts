/** MOCK: the gateway answers by itself. The CDK builds CORS preflights this way; nothing more is emulated. */
import { isRecord, ownProperty } from "../../json.ts";
import { isSendableHeader } from "../http-response.ts";
import { parseMappingValue, type MappingValue } from "../mapping-values.ts";
import { findHeader, replaceHeaders, type Header } from "../request.ts";
import {
  findString,
  getList,
  getString,
  getStringMap,
  templateError,
  type Properties,
} from "../template-properties.ts";
import { parseCorsTemplate } from "./cors-template.ts";
import type { Integrate } from "./integration.ts";

interface MockResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, MappingValue])[];
  /** Origins that the CDK's response template echoes back. */
  readonly echoedOrigins: readonly string[];
}

export function createMockIntegration(properties: Properties): Integrate {
  const { where } = properties;
  const templates = getStringMap(properties, "RequestTemplates");
  const [, requestedStatus] =
    /^\s*\{\s*["']?statusCode["']?\s*:\s*(\d{3})\s*\}\s*$/.exec(
      templates["application/json"] ?? "",
    ) ?? [];
  if (requestedStatus === undefined) {
    throw templateError(where, "a MOCK needs a request template with a status");
  }
  const mock = selectResponse(properties, requestedStatus);

  return (call) => {
    const { scope } = call;
    const headers = mock.headers.flatMap(([name, value]): readonly Header[] => {
      const text = value(scope);
      return text === undefined ? [] : [[name, text]];
    });
    const origin = findHeader(scope.request.headers, "origin");
    const echoed: readonly Header[] =
      origin !== undefined && mock.echoedOrigins.includes(origin)
        ? [["Access-Control-Allow-Origin", origin]]
        : [];
    return Promise.resolve({
      kind: "response",
      response: {
        status: mock.status,
        headers: replaceHeaders(headers, echoed).filter(isSendableHeader),
        body: Buffer.alloc(0),
      },
      backendStatus: mock.status,
    });
  };
}

function selectResponse(
  properties: Properties,
  requestedStatus: string,
): MockResponse {
  const { where } = properties;
  const responses = getList(properties, "IntegrationResponses").map(
    (values, index): Properties => {
      if (!isRecord(values)) throw templateError(where, "malformed response");
      return { where: `${where} IntegrationResponses[${index}]`, values };
    },
  );
  const selected =
    responses.find((response) => {
      const pattern = findString(response, "SelectionPattern") ?? "";
      return (
        pattern !== "" && new RegExp(`^(?:${pattern})$`).test(requestedStatus)
      );
    }) ??
    responses.find(
      (response) => (findString(response, "SelectionPattern") ?? "") === "",
    );
  if (selected === undefined) {
    throw templateError(where, "no IntegrationResponse fits the MOCK's status");
  }
  return {
    status: Number(getString(selected, "StatusCode")),
    headers: Object.entries(getStringMap(selected, "ResponseParameters")).map(
      ([target, source]) => {
        const [, name] = /^method\.response\.header\.(.+)$/.exec(target) ?? [];
        if (name === undefined) {
          throw templateError(selected.where, `cannot map to ${target}`);
        }
        return [name, parseMappingValue(source, selected.where)];
      },
    ),
    echoedOrigins: parseCorsTemplate(
      ownProperty(selected.values["ResponseTemplates"], "application/json"),
      selected.where,
    ),
  };
}
