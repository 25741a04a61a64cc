import { connect, createServer, type Socket } from "node:net";

export interface Proxy {
  readonly port: number;
  /** Messages of clients so far. */
  readonly messages: number;
  /** Cuts the connection at this message of the next client; `isLate`: when it has arrived and before it is answered. */
  cutAt(message: number, isLate?: boolean): void;
  stop(): Promise<void>;
}

/** A way to a server that can be cut at any message. */
export async function proxyTo(target: number): Promise<Proxy> {
  const open = new Set<Socket>();
  let messages = 0;
  let cut = Number.POSITIVE_INFINITY;
  let passesLast = false;
  const proxy = createServer((client) => {
    const server = connect(target, "127.0.0.1");
    let isDeaf = false;
    for (const socket of [client, server]) {
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        client.destroy();
        server.end();
      });
    }
    server.on("data", (bytes) => {
      if (isDeaf) client.destroy();
      else client.write(bytes);
    });
    client.on("data", (bytes) => {
      messages++;
      if (messages < cut) return server.write(bytes);
      cut = Number.POSITIVE_INFINITY;
      isDeaf = true;
      if (passesLast) return server.write(bytes);
      server.destroy();
      client.destroy();
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    get messages() {
      return messages;
    },
    cutAt(message, isLate = false) {
      messages = 0;
      cut = message;
      passesLast = isLate;
    },
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
