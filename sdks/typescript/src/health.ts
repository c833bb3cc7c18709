import type { CallOptions } from "./options.js";
import type { Transport } from "./transport.js";

/** How Juncture itself is. */
export class Health {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Resolves while the process lives. */
  async live(options?: CallOptions) {
    return (await this.#send("GET /healthz", "json", options)) as { status: "ok" };
  }

  /** Resolves when the store and the cache answer; else rejects with `not_ready`, and `details.checks` says which does not. */
  async ready(options?: CallOptions) {
    return (await this.#send("GET /readyz", "json", options)) as { status: "ok"; checks: Record<string, string> };
  }

  /** What is counted, as Prometheus text. */
  async metrics(options?: CallOptions) {
    return (await this.#send("GET /metrics", "text", options)) as string;
  }

  #send(operation: "GET /healthz" | "GET /readyz" | "GET /metrics", expects: "json" | "text", options?: CallOptions) {
    return this.#transport.send({ operation, does: "reads", expects, options });
  }
}
