import type { Gives } from "./call.js";
import type { CallOptions } from "./options.js";
import type { Transport } from "./transport.js";

type Asked = "GET /healthz" | "GET /readyz" | "GET /metrics";

/** How Juncture itself is. */
export class Health {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Resolves while the process lives. */
  live(options?: CallOptions) {
    return this.#send("GET /healthz", "json", options);
  }

  /** Resolves when the store and the cache answer; else rejects with `not_ready`, and `details.checks` says which does not. */
  ready(options?: CallOptions) {
    return this.#send("GET /readyz", "json", options);
  }

  /** What is counted, as Prometheus text. */
  metrics(options?: CallOptions) {
    return this.#send("GET /metrics", "text", options);
  }

  async #send<O extends Asked>(operation: O, expects: "json" | "text", options?: CallOptions) {
    return (await this.#transport.send({ operation, does: "reads", expects, options })) as Gives<O>;
  }
}
