import type { GatewayCall } from "./send-request.ts";

/** The same request as a line for a shell. It holds the token: whoever has the line can use it. */
export function curlCommand(
  { token, method, path, headers = [], body }: GatewayCall,
  gatewayUrl: string,
): string {
  const all = [
    ...(token === undefined ? [] : [["Authorization", `Bearer ${token}`]]),
    ...headers,
  ];
  return [
    // As they stand: dots in the path, and brackets, which curl would expand.
    "curl -i --path-as-is --globoff",
    method === "HEAD" ? "--head" : `-X ${method}`,
    ...all.map(([name = "", value = ""]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`--data-raw ${quote(body)}`]),
    quote(`${gatewayUrl}${path}`),
  ].join(" ");
}

/** POSIX shell, single quotes: nothing but a quotation mark means anything in them. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
