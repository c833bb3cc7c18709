import type { Gives, Operation, Takes } from "./call.js";
import type { CallOptions, CreateOptions } from "./options.js";
import type { Does, Transport } from "./transport.js";

const one = "/api/backend/event-endpoints/{endpoint_id}";

/** Where events are pushed to, signed and in order, and what waits there. */
export class EventEndpoints {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Makes an endpoint. Keep its secret: it is told once. */
  create(endpoint: Takes<"POST /api/backend/event-endpoints">, options?: CreateOptions) {
    return this.#send("POST /api/backend/event-endpoints", "creates", endpoint, options);
  }

  /** Some of the endpoints, each with how it fares. */
  list(page: Takes<"GET /api/backend/event-endpoints"> = {}, options?: CallOptions) {
    return this.#send("GET /api/backend/event-endpoints", "reads", page, options);
  }

  /** An endpoint, and how it fares. */
  get(id: string, options?: CallOptions) {
    return this.#about(`GET ${one}`, "reads", id, {}, options);
  }

  /** Changes what is given. */
  update(id: string, changes: Takes<"PATCH /api/backend/event-endpoints/{endpoint_id}">, options?: CallOptions) {
    return this.#about(`PATCH ${one}`, "writes", id, changes, options);
  }

  /** Takes an endpoint away, and all that waits there. */
  delete(id: string, options?: CallOptions) {
    return this.#about(`DELETE ${one}`, "writes", id, {}, options);
  }

  /** Posts an `endpoint.test` there, at once, and tells what came of it. */
  test(id: string, options?: CallOptions) {
    return this.#about(`POST ${one}/test`, "writes", id, {}, options);
  }

  /** Sends nothing there until it is resumed. */
  pause(id: string, options?: CallOptions) {
    return this.#about(`POST ${one}/pause`, "writes", id, {}, options);
  }

  /** Goes on where it was paused. */
  resume(id: string, options?: CallOptions) {
    return this.#about(`POST ${one}/resume`, "writes", id, {}, options);
  }

  /** Gives it a new secret; the one before signs too for 24 hours. */
  rotateSecret(id: string, given: Takes<"POST /api/backend/event-endpoints/{endpoint_id}/rotate-secret"> = {}, options?: CallOptions) {
    return this.#about(`POST ${one}/rotate-secret`, "writes", id, given, options);
  }

  /** Sends events there again. */
  replay(id: string, which: Takes<"POST /api/backend/event-endpoints/{endpoint_id}/replay"> = {}, options?: CallOptions) {
    return this.#about(`POST ${one}/replay`, "writes", id, which, options);
  }

  /** What waits there, what was given up, or what has arrived. */
  deliveries(which: Takes<"GET /api/backend/event-deliveries">, options?: CallOptions) {
    return this.#send("GET /api/backend/event-deliveries", "reads", which, options);
  }

  /** Sends the event of a delivery at once, or once more. */
  async retry(id: string, options?: CallOptions) {
    const operation = `POST /api/backend/event-deliveries/${encodeURIComponent(id)}/retry`;
    const sent = this.#transport.send({ operation, does: "writes", parameters: {}, options });
    return (await sent) as Gives<"POST /api/backend/event-deliveries/{delivery_id}/retry">;
  }

  async #about<O extends Operation>(path: O, does: Does, id: string, parameters: object, options?: CallOptions) {
    const operation = path.replace("{endpoint_id}", encodeURIComponent(id));
    return (await this.#transport.send({ operation, does, parameters, options })) as Gives<O>;
  }

  async #send<O extends Operation>(operation: O, does: Does, parameters: object, options?: CreateOptions) {
    return (await this.#transport.send({ operation, does, parameters, options })) as Gives<O>;
  }
}
