import type { Gives, Operation, Takes } from "./call.js";
import type { CallOptions } from "./options.js";
import type { Does, Transport } from "./transport.js";

/** Connections: whose they are is told by `external_id` and `provider`. */
export class Connections {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Whether there is a connection, and whether it works. */
  checkValidity(
    subject: Takes<"GET /api/backend/connection-info/check-connection-validity">,
    options?: CallOptions,
  ) {
    return this.#send("GET /api/backend/connection-info/check-connection-validity", "reads", subject, options);
  }

  /** The refresh token itself. Juncture rotates it: a token that you use elsewhere ends the connection. */
  credentials(
    subject: Takes<"GET /api/backend/connection-info/get-connection-credentials">,
    options?: CallOptions,
  ) {
    return this.#send("GET /api/backend/connection-info/get-connection-credentials", "reads", subject, options);
  }

  /** An access token that has at least 60 seconds to live. */
  accessToken(subject: Takes<"GET /api/backend/connection-info/get-access-token">, options?: CallOptions) {
    return this.#send("GET /api/backend/connection-info/get-access-token", "reads", subject, options);
  }

  /** Forgets a connection, at once and for good. */
  delete(subject: Takes<"DELETE /api/backend/connection-info/delete-connection">, options?: CallOptions) {
    return this.#send("DELETE /api/backend/connection-info/delete-connection", "writes", subject, options);
  }

  /** Some of the connections of your customers, and what to ask for the others with. */
  list(which: Takes<"GET /api/backend/connections"> = {}, options?: CallOptions) {
    return this.#send("GET /api/backend/connections", "reads", which, options);
  }

  /** A connection by its own id. */
  get(connectionId: string, options?: CallOptions) {
    return this.#about("GET /api/backend/connections/{connection_id}", "reads", connectionId, options);
  }

  /** Forgets the connection with this id, at once and for good. */
  deleteById(connectionId: string, options?: CallOptions) {
    return this.#about("DELETE /api/backend/connections/{connection_id}", "writes", connectionId, options);
  }

  /** What happened to the connection of `connection_id` within seven days, newest first. */
  timeline({ connection_id, ...page }: Takes<"GET /api/backend/connections/{connection_id}/timeline">, options?: CallOptions) {
    return this.#about("GET /api/backend/connections/{connection_id}/timeline", "reads", connection_id, options, page);
  }

  async #about<O extends Operation>(path: O, does: Does, connectionId: string, options?: CallOptions, parameters?: object) {
    const operation = path.replace("{connection_id}", encodeURIComponent(connectionId));
    return (await this.#transport.send({ operation, does, parameters, options })) as Gives<O>;
  }

  async #send<O extends Operation>(operation: O, does: Does, parameters: object, options?: CallOptions) {
    return (await this.#transport.send({ operation, does, parameters, options })) as Gives<O>;
  }
}
