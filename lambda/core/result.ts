/** An expected outcome: a value, or the reason there is none. Surprises are thrown instead. */
export type Result<Value, Reason extends string> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: Reason };

export function good<Value>(value: Value): { ok: true; value: Value } {
  return { ok: true, value };
}

export function refused<Reason extends string>(
  reason: Reason,
): { ok: false; reason: Reason } {
  return { ok: false, reason };
}
