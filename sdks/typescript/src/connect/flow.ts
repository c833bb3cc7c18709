import type { Gives, Operation, Takes } from "../call.js";
import type { CallOptions, CreateOptions } from "../options.js";
import type { Call, Transport } from "../transport.js";

/**
 * The connection flow. `createSession` or `start` is all that a product needs; the rest is for pages of your own.
 */
export class Connect {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Prepares a flow for one customer: send their browser to its `connect_url`, and nobody else. */
  async createSession(session: Takes<"POST /api/backend/connect-sessions">, options?: CreateOptions) {
    const call: Call = { operation: "POST /api/backend/connect-sessions", does: "creates", parameters: session, options };
    return (await this.#transport.send(call)) as Gives<"POST /api/backend/connect-sessions">;
  }

  /** Begins: gives the consent page to send the customer to. */
  start(subject: Takes<"POST /api/frontend/oauth/initiate-oauth-flow">, options?: CallOptions) {
    // The address that is given is good by itself; asking twice harms nothing, but to a session, which works once.
    const does = "session_token" in subject ? "writes" : "reads";
    return this.#send("POST /api/frontend/oauth/initiate-oauth-flow", does, subject, options);
  }

  /** The sites that the customer can choose from. */
  sites(
    parameters: Takes<"GET /api/frontend/finalize-connection/jira/fetch-available-sites">,
    options?: CallOptions,
  ) {
    return this.#send("GET /api/frontend/finalize-connection/jira/fetch-available-sites", "reads", parameters, options);
  }

  /** Makes the connection with one of these sites. */
  chooseSite(
    choice: Takes<"POST /api/frontend/finalize-connection/jira/create-connection">,
    options?: CallOptions,
  ) {
    return this.#send("POST /api/frontend/finalize-connection/jira/create-connection", "writes", choice, options);
  }

  /**
   * Hands on what the provider has sent back to an address of yours. Gives the address of the page of choices.
   */
  callback({ provider, ...parameters }: Takes<"GET /api/frontend/oauth/authorization-callback/{provider}">, options?: CallOptions): Promise<{ location: string }> {
    return this.#led("GET /api/frontend/oauth/authorization-callback/{provider}", "writes", provider, parameters, options);
  }

  /** Where to send the customer to try a flow again that has failed, by the link that its page has. */
  tryAgain({ provider, ...parameters }: Takes<"GET /api/frontend/oauth/try-again/{provider}">, options?: CallOptions): Promise<{ location: string }> {
    return this.#led("GET /api/frontend/oauth/try-again/{provider}", "reads", provider, parameters, options);
  }

  async #send<O extends Operation>(operation: O, does: Call["does"], parameters: object, options?: CallOptions) {
    return (await this.#transport.send({ operation, does, parameters, options })) as Gives<O>;
  }

  async #led(path: Operation, does: Call["does"], provider: string, parameters: object, options?: CallOptions) {
    const operation = path.replace("{provider}", encodeURIComponent(provider));
    const call: Call = { operation, does, parameters, expects: "location", options };
    return (await this.#transport.send(call)) as { location: string };
  }
}
