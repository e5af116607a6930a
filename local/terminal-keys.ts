import type { ReadStream } from "node:tty";

/** Reads single keys until `close`; does nothing when the input is not a terminal. */
export function listenForKeys(
  input: ReadStream,
  actions: Readonly<Record<string, () => void>>,
): { readonly close: () => void } {
  const onData = (chunk: Buffer): void => {
    for (const key of chunk.toString()) {
      if (Object.hasOwn(actions, key)) {
        actions[key]?.();
      }
    }
  };
  if (input.isTTY) {
    // Raw mode also hands over Ctrl-C as a key, "\x03", in the place of a signal.
    input.setRawMode(true);
    input.on("data", onData);
    input.resume();
  }
  return {
    close: () => {
      if (input.isTTY) {
        input.off("data", onData);
        input.setRawMode(false);
        input.pause();
      }
    },
  };
}
