/** A loopback port that keeps its number while what listens there comes and goes. */
import { once } from "node:events";
import { type Server, type Socket, connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";

export interface SwitchablePort {
  readonly port: number;
  /** Connections that were accepted so far. */
  readonly accepted: () => number;
  /** Those that have not ended yet. */
  readonly openConnections: () => number;
  /** Listens again, and hands over each connection. */
  readonly open: () => Promise<void>;
  /** Listens no longer and resets every connection: the next one is refused. */
  readonly refuse: () => Promise<void>;
  /** Listens, but never accepts: connecting neither succeeds nor fails, as when a firewall drops packets. */
  readonly swallow: () => Promise<void>;
  /** Resets the connections there are; new ones are accepted. */
  readonly resetConnections: () => void;
  readonly close: () => Promise<void>;
}

/** Below the ports that the kernel gives to outgoing connections: one could take ours while it is closed. */
const LOWEST_PORT = 20_000;
const PORTS = 12_000;

export async function openPort(
  onConnection: (socket: Socket) => void,
): Promise<SwitchablePort> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const accept = (socket: Socket): void => {
    accepted += 1;
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // The peer is drilled to hang up in every way there is.
    socket.on("error", () => undefined);
    onConnection(socket);
  };
  const resetConnections = (): void => {
    for (const socket of sockets) {
      // One that is being shut down cannot be reset any more (libuv answers EINVAL and keeps it).
      if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
  };

  let server: Server | undefined = await listenSomewhere(accept);
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("not listening on a port");
  }
  const { port } = address;
  let blackHole: BlackHole | undefined;

  async function refuse(): Promise<void> {
    const closing = server;
    server = undefined;
    closing?.close();
    resetConnections();
    await blackHole?.close();
    blackHole = undefined;
  }

  return {
    port,
    accepted: () => accepted,
    openConnections: () => sockets.size,
    resetConnections,
    refuse,
    open: async () => {
      if (server !== undefined) return;
      await refuse();
      server = await listen(port, accept);
    },
    swallow: async () => {
      await refuse();
      blackHole = await openBlackHole(port);
    },
    close: refuse,
  };
}

async function listenSomewhere(
  accept: (socket: Socket) => void,
): Promise<Server> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const port = LOWEST_PORT + Math.floor(Math.random() * PORTS);
      return await listen(port, accept);
    } catch (error) {
      if (attempt === 20) throw error;
    }
  }
}

async function listen(
  port: number,
  accept: (socket: Socket) => void,
): Promise<Server> {
  const server = createServer(accept);
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

interface BlackHole {
  readonly close: () => Promise<void>;
}

/**
 * A thread that listens with the shortest queue and then sleeps; once the queue is full, the kernel leaves every
 * further SYN unanswered.
 */
async function openBlackHole(port: number): Promise<BlackHole> {
  const wake = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(
    `const { parentPort, workerData } = require("node:worker_threads");
     const server = require("node:net").createServer();
     server.listen({ port: workerData.port, host: "127.0.0.1", backlog: 1 }, () => {
       parentPort.postMessage("listening");
       setImmediate(() => { Atomics.wait(workerData.wake, 0, 0); process.exit(); });
     });`,
    { eval: true, workerData: { port, wake } },
  );
  await once(worker, "message");
  const fillers: Socket[] = [];
  for (let isFull = false; !isFull;) {
    const filler = connect(port, "127.0.0.1").on("error", () => undefined);
    fillers.push(filler);
    isFull = await Promise.race([
      once(filler, "connect").then(() => false),
      sleep(100, true),
    ]);
    if (fillers.length > 50) throw new Error("the queue never fills up");
  }
  return {
    close: async () => {
      for (const filler of fillers) filler.destroy();
      const gone = once(worker, "exit");
      Atomics.store(wake, 0, 1);
      Atomics.notify(wake, 0);
      await gone;
    },
  };
}
