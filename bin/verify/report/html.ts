/** The report as one page: no script, no request, readable on paper, on a phone and by a screen reader. */
import { printable } from "../../tenants/printable.ts";
import { STYLE } from "./html-style.ts";
import {
  type CheckReport,
  type Report,
  countVerdicts,
  limitsOf,
} from "./report.ts";

/** Markup, as opposed to text: only `html` makes it. */
class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Insertion = string | number | Markup | readonly Markup[];

/** A template whose insertions are escaped, unless they are markup themselves. */
function html(
  texts: TemplateStringsArray,
  ...insertions: readonly Insertion[]
): Markup {
  return new Markup(String.raw({ raw: texts }, ...insertions.map(render)));
}

function render(insertion: Insertion): string {
  if (insertion instanceof Markup) return insertion.text;
  if (typeof insertion === "object") {
    return insertion.map(({ text }) => text).join("");
  }
  return escape(String(insertion));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return printable(text).replaceAll(
    /[&<>"']/g,
    (character) => ENTITIES[character] ?? "",
  );
}

const VERDICTS = {
  pass: "Every check that ran has passed",
  findings: "There are findings",
  incomplete: "The run is incomplete",
} as const;

const WORDS = { pass: "pass", fail: "fail", "not run": "not run" } as const;

export function formatHtml(report: Report): string {
  const { target, checks, observations } = report;
  const title = `Attestation of ${target.url}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'"
        />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>Tenant isolation: attestation</h1>
          <p class="url"><code>${target.url}</code></p>
          <p class="verdict ${report.verdict}">
            <strong>${VERDICTS[report.verdict]}</strong
            >${report.faults.length === 0 ? "" : ` (${report.faults.join("; ")})`}:
            ${countVerdicts(report, "pass")} passed,
            ${countVerdicts(report, "fail")} failed,
            ${countVerdicts(report, "not run")} not run.
          </p>
        </header>
        <main>
          ${facts(report)}
          <h2 id="how-to-read">How to read this</h2>
          <ul>
            ${limitsOf(report).map((line) => html`<li>${line}</li>`)}
          </ul>
          <h2 id="overview">Overview</h2>
          <div
            class="table"
            role="region"
            aria-labelledby="overview"
            tabindex="0"
          >
            <table>
              <thead>
                <tr>
                  <th scope="col">Verdict</th>
                  <th scope="col">Check</th>
                  <th scope="col">Answers</th>
                  <th scope="col">What a pass shows</th>
                </tr>
              </thead>
              <tbody>
                ${checks.map(
                  (check) =>
                    html` <tr>
                      <td>${badge(check)}</td>
                      <th scope="row">
                        <a href="#${check.id}">${check.id}</a>
                      </th>
                      <td>${check.cases}</td>
                      <td>${check.proves}.</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>
          <h2 id="checks">Checks</h2>
          ${checks.map(checkSection)}
          <h2 id="observations">Observations</h2>
          <p>
            ${
              target.kind === "local"
                ? "What the local gateway does. It says nothing about AWS."
                : "What AWS does where its documents are silent. No verdicts: nothing here is right or wrong."
            }
          </p>
          ${observations.map(
            ({ id, question, observed, meaning }) =>
              html` <section aria-labelledby="observed-${id}">
                <h3 id="observed-${id}">${question}</h3>
                <ul>
                  ${observed.map((line) => html`<li>${line}</li>`)}
                </ul>
                <p>So: ${meaning}.</p>
              </section>`,
          )}
          <h2 id="repeat">How to repeat it</h2>
          <p>
            In a checkout of the same version, with the same
            <code>verify.json</code>:
          </p>
          <pre><code>${report.repeat}</code></pre>
        </main>
      </body>
    </html> `.text;
}

function facts(report: Report): Markup {
  const { tool, target, limits } = report;
  const rows: readonly (readonly [string, Markup])[] = [
    [
      "What",
      html`${target.kind === "local" ? "the local run" : "a deployed stage"}`,
    ],
    [
      "When",
      html`<time datetime="${report.startedAt}">${report.startedAt}</time> to
        <time datetime="${report.endedAt}">${report.endedAt}</time>`,
    ],
    ["With", html`${tool.name} ${tool.version}, Node ${tool.node}`],
    [
      "How much",
      html`${report.requests} requests, at most ${limits.maxRequests},
      ${limits.requestsPerSecond} per second and ${limits.maxSeconds} s`,
    ],
    ["Hosts contacted", html`${target.hosts.join(", ")}`],
    [
      "Tenants",
      html`<ul>
        ${target.tenants.map(
          ({ name, requests }) =>
            html`<li>
              <strong>${name}</strong>:
              ${requests.map((request) => html`<code>${request}</code> `)}
            </li>`,
        )}
      </ul>`,
    ],
  ];
  return html`<h2 id="facts">What was tested</h2>
    <dl>
      ${rows.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>`;
}

function badge({ verdict }: CheckReport): Markup {
  return html`<span class="badge ${verdict.replace(" ", "-")}"
    >${WORDS[verdict]}</span
  >`;
}

function checkSection(check: CheckReport): Markup {
  const { id, proves, how, expected, verdict, cases, seen, findings } = check;
  return html` <section aria-labelledby="${id}">
    <h3 id="${id}">${badge(check)} ${id}</h3>
    <p>${proves}.</p>
    <dl>
      <div>
        <dt>How</dt>
        <dd>${how}</dd>
      </div>
      <div>
        <dt>Expected</dt>
        <dd>${expected}</dd>
      </div>
      <div>
        <dt>${verdict === "not run" ? "Why not run" : "Seen"}</dt>
        <dd>${seen}${verdict === "not run" ? "" : ` (${cases} answers)`}</dd>
      </div>
    </dl>
    ${
      findings.length === 0
        ? ""
        : html`<p><strong>Findings (${findings.length})</strong></p>
            <ul class="findings">
              ${findings.map((finding) => html`<li>${finding}</li>`)}
            </ul>`
    }
  </section>`;
}
