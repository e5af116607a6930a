const NUMBERS = new Intl.NumberFormat("en");

export function formatCount(count: number): string {
  return NUMBERS.format(count);
}

/** `0.42 ms`, `12 ms`, `1.3 s` */
export function formatMs(ms: number): string {
  if (ms < 10) return `${ms.toFixed(2)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : formatSeconds(ms);
}

export function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** `4:59` */
export function formatCountdown(ms: number): string {
  const seconds = Math.max(Math.round(ms / 1000), 0);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** `13:04:59`, on this machine's clock. */
export function formatTime(epochMs: number): string {
  return new Date(epochMs).toLocaleTimeString("en-GB");
}

export function formatJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** JSON that came as text, indented; other text as it is. */
export function formatBody(body: string): string {
  try {
    return formatJson(JSON.parse(body));
  } catch {
    return body;
  }
}
