import { Connect } from "./connect/flow.js";
import { Connections } from "./connections.js";
import { Events } from "./events.js";
import { EventEndpoints } from "./eventEndpoints.js";
import { Health } from "./health.js";
import { Jira } from "./jira/index.js";
import { proxied } from "./jira/proxy.js";
import { type Checked, type JunctureOptions, checkSecretKey, checkServer } from "./options.js";
import { type Transport, transportTo } from "./transport.js";

/** A Juncture server, as your back end sees it. The secret key is held where neither a log nor JSON shows it. */
export class Juncture {
  /** The flow by which customers connect. */
  readonly connect: Connect;
  /** What there is of a connection, and its tokens. */
  readonly connections: Connections;
  /** What has happened to your connections. */
  readonly events: Events;
  /** Where events are pushed to, and what waits there. */
  readonly eventEndpoints: EventEndpoints;
  /** How the server is. */
  readonly health: Health;
  readonly #server: Checked;
  readonly #secretKey: string;
  readonly #backend: Transport;

  constructor(options: JunctureOptions) {
    this.#server = checkServer(options);
    this.#secretKey = checkSecretKey(options.secretKey);
    this.#backend = transportTo(this.#server, this.#secretKey);
    // What is open to browsers counts its callers, unless they have the key.
    this.connect = new Connect(this.#backend);
    this.connections = new Connections(this.#backend);
    this.events = new Events(this.#backend);
    this.eventEndpoints = new EventEndpoints(this.#backend);
    this.health = new Health(transportTo(this.#server));
  }

  /** The Jira of the customer whom you call `externalId`. Nothing is asked yet. */
  jira(externalId: string): Jira {
    return new Jira(this.#backend, externalId, (path, init) =>
      proxied(this.#server, this.#secretKey, externalId, path, init),
    );
  }
}
