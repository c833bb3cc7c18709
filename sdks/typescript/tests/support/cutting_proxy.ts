/** A proxy on the way to Juncture that hands requests on and loses answers. */

import { type IncomingMessage, type Server, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** What becomes of an answer: it is handed back, lost, or cut in its middle, or the proxy answers in its place. */
export type Fate = "whole" | "lost" | "cut" | { status: number; body: string; headers?: Record<string, string> };

export interface CuttingProxy {
  url: string;
  /** What came in: method, path and idempotency key. */
  seen: { method: string; path: string; key: string | undefined }[];
  /** What becomes of the next answers; of those after them nothing. */
  fates: Fate[];
  stop(): Promise<void>;
}

export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const proxy: Pick<CuttingProxy, "seen" | "fates"> = { seen: [], fates: [] };
  const server = createServer((incoming, outgoing) => {
    const { method = "", url: path = "", headers } = incoming;
    proxy.seen.push({ method, path, key: headers["idempotency-key"] as string | undefined });
    const fate = proxy.fates.shift() ?? "whole";
    const onward = request(target + path, { method, headers: { ...headers, host: new URL(target).host } }, (answer) => {
      void bodyOf(answer).then((body) => {
        if (fate === "lost") return outgoing.socket?.destroy();
        if (typeof fate === "object") return outgoing.writeHead(fate.status, fate.headers).end(fate.body);
        const { "transfer-encoding": _, ...kept } = answer.headers;
        outgoing.writeHead(answer.statusCode ?? 500, { ...kept, "content-length": body.length });
        if (fate === "whole") return outgoing.end(body);
        return outgoing.write(body.subarray(0, body.length / 2), () => outgoing.socket?.destroy());
      });
    });
    onward.on("error", () => outgoing.socket?.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(proxy, { url: `http://127.0.0.1:${port}`, stop: () => stop(server) });
}

async function bodyOf(answer: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
