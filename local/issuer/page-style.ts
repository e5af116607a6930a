/** Text on every ground here has a contrast of at least 4.5 to 1, WCAG 2.2 §1.4.3. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f4f5f7;
  --card: #ffffff;
  --text: #1b1f24;
  --quiet: #57606a;
  --line: #8c959f;
  --action: #0b57d0;
  --on-action: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171a;
    --card: #1e2227;
    --text: #e6e9ec;
    --quiet: #a9b3bd;
    --line: #6e7781;
    --action: #8ab4f8;
    --on-action: #0b1d33;
  }
}
* {
  box-sizing: border-box;
}
body {
  margin: 0;
  padding: 1rem;
  background: var(--ground);
  color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere;
}
main {
  max-width: 26rem;
  margin: 4vh auto;
  padding: 1.5rem;
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 0.5rem;
}
h1 {
  margin: 0 0 1rem;
  font-size: 1.375rem;
  line-height: 1.25;
}
ul {
  margin: 1.25rem 0;
  padding: 0;
  list-style: none;
}
li + li {
  margin-top: 1rem;
}
button + .quiet {
  margin-top: 0.375rem;
}
button {
  width: 100%;
  min-height: 2.75rem;
  padding: 0.5rem 1rem;
  background: var(--action);
  color: var(--on-action);
  border: 0;
  border-radius: 0.375rem;
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
button:focus-visible {
  outline: 3px solid var(--text);
  outline-offset: 2px;
}
.quiet {
  color: var(--quiet);
  font-size: 0.875rem;
}
code {
  font-family: ui-monospace, monospace;
}
`;
