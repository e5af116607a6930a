/** The page's own style; it loads nothing. Verdicts are words first, and colours of enough contrast beside them. */
export const STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 62rem; font: 1rem/1.5 system-ui, sans-serif; color: #1a1c1f; background: #fff; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 2px solid #d5d9de; }
h3 { font-size: 1.05rem; margin: 0 0 .25rem; }
code, pre { font: .9em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { padding: .75rem; border: 1px solid #d5d9de; border-radius: .25rem; white-space: pre-wrap; }
a { color: #0b4f9e; }
.url { margin: 0 0 1rem; }
.verdict { padding: .75rem 1rem; border-left: .4rem solid; background: #f4f6f8; }
.verdict.pass { border-color: #1c6b35; }
.verdict.findings { border-color: #a31616; }
.verdict.incomplete { border-color: #8a5a00; }
section { margin: 0 0 1rem; padding: .75rem 1rem; border: 1px solid #d5d9de; border-radius: .25rem; }
section p { margin: .25rem 0; }
section p::first-letter, td:last-child::first-letter, section dd::first-letter { text-transform: uppercase; }
dl { margin: .5rem 0 0; }
dl div { display: grid; grid-template-columns: 9rem 1fr; gap: 0 1rem; padding: .2rem 0; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
dd ul { margin: 0; padding-left: 1.1rem; }
dd li code { display: block; }
.table { overflow-x: auto; }
.table:focus-visible { outline: 3px solid #0b4f9e; outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #d5d9de; }
tbody th { font-weight: 400; white-space: nowrap; }
td:nth-child(3) { text-align: right; font-variant-numeric: tabular-nums; }
.badge { display: inline-block; min-width: 4.5rem; padding: .05rem .5rem; border: 2px solid; border-radius: .25rem; font-size: .85rem; font-weight: 600; text-align: center; white-space: nowrap; }
.badge.pass { color: #1c6b35; }
.badge.fail { color: #fff; background: #a31616; border-color: #a31616; }
.badge.not-run { color: #6b4500; border-style: dashed; }
.findings li { color: #a31616; overflow-wrap: anywhere; }
@media (max-width: 34rem) {
  dl div { grid-template-columns: 1fr; }
  th, td { padding: .35rem .3rem; }
  /* What a pass shows stands below as well, with each check. */
  .table th:nth-child(4), .table td:nth-child(4) { display: none; }
  tbody th { white-space: normal; overflow-wrap: anywhere; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  section, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .table { overflow: visible; }
  a { color: inherit; text-decoration: none; }
  .badge.fail { color: #a31616; background: none; }
}
`;
