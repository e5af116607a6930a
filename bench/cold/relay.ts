/**
 * Puts a server of this machine a round trip away. Every byte takes half of one; a client's first bytes take a whole
 * one more, for the TCP handshake that the loopback finishes at once.
 */
import { type AddressInfo, type Socket, connect, createServer } from "node:net";

export interface Relay {
  readonly port: number;
  readonly close: () => void;
}

export interface RelayOptions {
  /** The server's. */
  readonly port: number;
  readonly roundTripMs: number;
  /** Called when a client connects. */
  readonly opened: () => void;
}

export async function startRelay({
  port,
  roundTripMs,
  opened,
}: RelayOptions): Promise<Relay> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    opened();
    const openedAtMs = performance.now();
    const upstream = connect(port, "127.0.0.1");
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => socket.destroy());
    }
    const passOn = (from: Socket, to: Socket, earliestMs: number): void => {
      const waiting: (() => void)[] = [];
      let lastMs = 0;
      const later = (action: () => void): void => {
        const nowMs = performance.now();
        lastMs = Math.max(lastMs, nowMs + roundTripMs / 2, earliestMs);
        // Whichever timer fires, the first that waits is the first to go: bytes keep their order.
        waiting.push(action);
        setTimeout(() => waiting.shift()?.(), lastMs - nowMs);
      };
      from.on("data", (bytes) => {
        later(() => to.write(bytes));
      });
      from.on("close", () => {
        open.delete(from);
        later(() => to.destroy());
      });
    };
    passOn(client, upstream, openedAtMs + 1.5 * roundTripMs);
    passOn(upstream, client, 0);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
