/**
 * Reads what an AWS_PROXY function returned.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
 */
import { isRecord, type JsonRecord } from "../../json.ts";
import { isSendableHeader, type HttpResponse } from "../http-response.ts";
import { replaceHeaders, type Header } from "../request.ts";

const MEMBERS = [
  "statusCode",
  "headers",
  "multiValueHeaders",
  "body",
  "isBase64Encoded",
];

/** `undefined` for what API Gateway calls a malformed Lambda proxy response. */
export function parseLambdaProxyResponse(
  payload: unknown,
  decodesBinary: boolean,
): HttpResponse | undefined {
  if (
    !isRecord(payload) ||
    Object.keys(payload).some((name) => !MEMBERS.includes(name))
  ) {
    return undefined;
  }
  const status = Number(payload["statusCode"] ?? undefined);
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    return undefined;
  }
  const body = payload["body"] ?? "";
  const isBase64Encoded = payload["isBase64Encoded"] ?? false;
  const headers = parseHeaders(payload);
  if (
    typeof body !== "string" ||
    typeof isBase64Encoded !== "boolean" ||
    headers === undefined
  ) {
    return undefined;
  }
  // Without a matching binary media type API Gateway sends the base64 text itself.
  const encoding = isBase64Encoded && decodesBinary ? "base64" : "utf8";
  return {
    status,
    headers: replaceHeaders([["Content-Type", "application/json"]], headers),
    body: Buffer.from(body, encoding),
  };
}

/** `multiValueHeaders` win where both name a header. */
function parseHeaders(payload: JsonRecord): readonly Header[] | undefined {
  const single = payload["headers"] ?? {};
  const multiple = payload["multiValueHeaders"] ?? {};
  if (!isRecord(single) || !isRecord(multiple)) return undefined;
  const lists = Object.values(multiple);
  if (!lists.every((list) => Array.isArray(list))) return undefined;
  const headers = replaceHeaders(
    Object.entries(single).map(toHeader),
    Object.entries(multiple).flatMap(([name, values]) =>
      (values as readonly unknown[]).map((value) => toHeader([name, value])),
    ),
  );
  return headers.every(isSendableHeader) ? headers : undefined;
}

function toHeader([name, value]: readonly [string, unknown]): Header {
  return [
    name,
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean"
      ? String(value)
      : // Not sendable, so the whole response counts as malformed.
        "\0",
  ];
}
