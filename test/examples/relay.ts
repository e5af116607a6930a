/**
 * The address of a backend before there is one: the local run must know its backend's URL at start, and a backend with
 * a second line must know the run's issuer. Bytes pass as they are, to whichever backend is set.
 */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface Relay {
  readonly url: string;
  /** Connections so far. The local gateway opens one for each request. */
  readonly count: () => number;
  readonly pointTo: (backendUrl: string) => void;
  readonly close: () => Promise<void>;
}

export async function startRelay(): Promise<Relay> {
  let target = 0;
  let count = 0;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((client) => {
    count += 1;
    const backend = connect(target, "127.0.0.1");
    // Either side's end or failure is the other's.
    keep(client).on("error", () => backend.destroy());
    keep(backend).on("error", () => client.destroy());
    client.pipe(backend).pipe(client);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    count: () => count,
    pointTo: (backendUrl) => {
      target = Number(new URL(backendUrl).port);
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}
