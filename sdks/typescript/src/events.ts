import type { Gives, Operation, Takes } from "./call.js";
import type { CallOptions } from "./options.js";
import type { Does, Transport } from "./transport.js";

/** What has happened to your connections, in one order. */
export class Events {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** What has happened behind a cursor, in order, and the cursor to go on with. */
  list(which: Takes<"GET /api/backend/events"> = {}, options?: CallOptions) {
    return this.#send("GET /api/backend/events", "reads", which, options);
  }

  /** Each event behind a cursor, waited for, until `options.signal` ends it. Keep its `cursor` with what you make of it. */
  async *follow(which: Takes<"GET /api/backend/events"> = {}, options?: CallOptions) {
    for (let after = which.after; ; ) {
      const page = await this.list({ wait: 25, ...which, after }, options);
      yield* page.data;
      after = page.next_cursor;
    }
  }

  /** Takes out of events what they tell and whose they were. Call again while it `has_more`. */
  erase(whose: Takes<"DELETE /api/backend/events">, options?: CallOptions) {
    return this.#send("DELETE /api/backend/events", "writes", whose, options);
  }

  async #send<O extends Operation>(operation: O, does: Does, parameters: object, options?: CallOptions) {
    return (await this.#transport.send({ operation, does, parameters, options })) as Gives<O>;
  }
}
