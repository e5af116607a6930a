import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type {
  RequestInput,
  RequestResult,
  TenantsView,
  TokenView,
} from "../../api.ts";
import { ApiFailure, postJson } from "../call-api.ts";
import { Panel } from "../parts/panel.tsx";
import { Problem } from "../parts/problem.tsx";
import { useAction } from "../use-action.ts";
import { parseHeaderLines } from "./header-lines.ts";
import { RequestForm } from "./request-form.tsx";
import { initialDraft, toTokenChoice, type Draft } from "./draft.ts";
import { asSentence, ResultView } from "./result-view.tsx";

interface KeptToken {
  /** What it was chosen by. */
  readonly choice: string;
  readonly view: TokenView;
}

export interface Sent {
  readonly input: RequestInput;
  readonly token: TokenView;
  readonly result: RequestResult;
}

/** Send a request, and see what became of it. */
export function RequestPanel(props: {
  readonly tenants: TenantsView | undefined;
  readonly onSent: () => Promise<void>;
}): JSX.Element {
  const [edited, setDraft] = useState<Draft>();
  const [sent, setSent] = useState<Sent>();
  const kept = useRef<KeptToken>(undefined);
  const action = useAction();
  const draft = edited ?? initialDraft(props.tenants);

  const getToken = async (): Promise<TokenView> => {
    const choice = toTokenChoice(draft);
    const name = JSON.stringify(choice);
    if (kept.current?.choice !== name) {
      const view = await postJson<TokenView>("/api/tokens", choice);
      kept.current = { choice: name, view };
    }
    return kept.current.view;
  };
  const send = async (): Promise<void> => {
    const token = await getToken();
    const input: RequestInput = {
      token: token.handle,
      method: draft.method,
      path: draft.path,
      headers: parseHeaderLines(draft.headers),
      ...(draft.body !== "" && { body: draft.body }),
    };
    const result = await postJson<RequestResult>("/api/requests", input);
    setSent({ input, token, result });
    await props.onSent();
  };
  const sendOrForget = async (): Promise<void> => {
    try {
      await send();
    } catch (error) {
      if (!(error instanceof ApiFailure && error.code === "token_forgotten")) {
        throw error;
      }
      // The run was started anew since: its tokens are too.
      kept.current = undefined;
      await send();
    }
  };

  return (
    <Panel id="request" title="Request">
      {props.tenants === undefined ? (
        <p class="hint">Reading the tenants …</p>
      ) : (
        <RequestForm
          draft={draft}
          tenants={props.tenants}
          isBusy={action.isBusy}
          onChange={setDraft}
          onSend={() => {
            action.run(sendOrForget);
          }}
          onSendWithNewToken={() => {
            kept.current = undefined;
            action.run(sendOrForget);
          }}
        />
      )}
      <Problem text={action.problem} />
      <p class="unseen" role="status">
        {sent === undefined ? "" : announce(sent.result)}
      </p>
      {sent !== undefined && <ResultView sent={sent} />}
    </Panel>
  );
}

/** What is read out when an answer has come. */
function announce({ response, verdict }: RequestResult): string {
  return `${response.status} ${verdict.code}. ${asSentence(verdict.meaning)}`;
}
