/** The list of answers. Whatever came over the network is put into it as text. */
import type { Answer, Call } from "./api.ts";

/** What a status asks of its reader. */
const HINTS: Readonly<Record<number, string>> = {
  401: "sign in again",
  403: "this token does not open it",
  429: "slow down",
  503: "try again",
};

/** Puts the answer in front of the others. */
export function showAnswer(
  rows: HTMLOListElement,
  call: Call,
  answer: Answer,
): void {
  const row = document.createElement("li");
  const line = document.createElement("p");
  const token = call.credential === "own" ? "" : ` (token: ${call.credential})`;
  line.append(text("code", `${call.method} ${call.path}`), token, " ");
  row.append(line);
  if (answer.kind === "unreadable") {
    line.append(text("span", "no answer", "status bad"));
    row.append(text("pre", answer.message, "body"));
  } else {
    line.append(
      text("span", String(answer.status), `status ${styleOf(answer.status)}`),
      " ",
      text("span", describe(answer), "reason"),
    );
    row.append(bodyOf(answer.body));
  }
  rows.prepend(row);
}

function describe({
  status,
  reason,
  isRenewed,
  retryAfterSeconds,
}: Extract<Answer, { kind: "answer" }>): string {
  const wait =
    retryAfterSeconds === undefined ? "" : ` in ${retryAfterSeconds} s`;
  const hint = HINTS[status];
  return [
    ...(reason === undefined ? [] : [reason]),
    ...(hint === undefined ? [] : [`${hint}${wait}`]),
    ...(isRenewed ? ["after a renewal of the token"] : []),
  ].join(", ");
}

function styleOf(status: number): string {
  if (status < 400) return "good";
  return status < 500 ? "bad" : "later";
}

function bodyOf(body: string): HTMLElement {
  const element = text("pre", body, "body");
  // A long one scrolls, which takes a keyboard to reach it.
  element.tabIndex = 0;
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", "body");
  return element;
}

function text(tag: string, content: string, className = ""): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = content;
  element.className = className;
  return element;
}
