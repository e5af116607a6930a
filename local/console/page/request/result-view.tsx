import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { RequestFacts, Verdict } from "../../api.ts";
import { formatJson, formatMs } from "../format.ts";
import { CodeBlock } from "../parts/code-block.tsx";
import { AnswerBlock } from "./answer-block.tsx";
import { CurlBlock } from "./curl-block.tsx";
import { PolicyBlock } from "./policy-block.tsx";
import type { Sent } from "./request-panel.tsx";
import { TravelList } from "./travel-list.tsx";

/** What became of a request: the reason first, and largest. */
export function ResultView(props: { readonly sent: Sent }): JSX.Element {
  const { input, token, result } = props.sent;
  const { verdict, response, facts, policy } = result;
  const article = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone the form fills the screen: without this, nothing seems to happen.
    if (window.matchMedia("(max-width: 44rem)").matches) {
      article.current?.scrollIntoView();
    }
  }, [result]);
  return (
    <article ref={article} class={`result ${verdict.kind}`} aria-label="Result">
      <div>
        <p class="asked">
          {result.request.method} {result.request.path}
        </p>
        <h3 class="reason">
          <span class="status">{response.status}</span> {verdict.code}
        </h3>
        <p class="meaning">{asSentence(verdict.meaning)}</p>
      </div>
      <Advice verdict={verdict} />
      <TravelList steps={result.travel} />
      <p class="facts">{describeFacts(facts)}</p>
      {policy !== undefined && <PolicyBlock policy={policy} />}
      <AnswerBlock response={response} />
      {token.claims !== undefined && (
        <details>
          <summary>Token, decoded and not verified</summary>
          <CodeBlock
            label="Decoded token"
            text={`${formatJson(token.header)}\n${formatJson(token.claims)}`}
          />
        </details>
      )}
      {result.logLine !== undefined && (
        <details>
          <summary>The authorizer’s log line</summary>
          <CodeBlock label="Log line" text={formatJson(result.logLine)} />
        </details>
      )}
      <CurlBlock key={input.token} input={input} />
    </article>
  );
}

function Advice(props: { readonly verdict: Verdict }): JSX.Element {
  const { advice, attributes, detail } = props.verdict;
  return (
    <>
      {attributes.length > 0 && (
        <p>
          Decided by the record’s <code>{attributes.join(", ")}</code>.
        </p>
      )}
      {advice !== "" && <p class="advice">{advice}</p>}
      {detail !== undefined && (
        <p>
          Detail: <code>{detail}</code>
        </p>
      )}
    </>
  );
}

function describeFacts(facts: RequestFacts): string {
  const { authorizerMs, isColdStart, gatewayMs, cache } = facts;
  const authorizer =
    authorizerMs === undefined
      ? "authorizer not asked"
      : `authorizer ${formatMs(authorizerMs)}${isColdStart ? ", a cold start included" : ""}`;
  return [
    cache === "none" ? "cache not asked" : `cache ${cache}`,
    authorizer,
    `${formatMs(gatewayMs)} in all`,
    `request ${facts.requestId}`,
  ].join(" · ");
}

/** With a capital letter and a full stop. */
export function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
