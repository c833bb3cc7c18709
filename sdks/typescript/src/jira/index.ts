import type { JiraSend } from "../call.js";
import { Boards, Sprints } from "./agile.js";
import { Comments } from "./comments.js";
import { Issues } from "./issues.js";
import { Projects } from "./projects.js";
import { Fields, IssueTypes, Labels, Priorities, Resolutions, Statuses, Users } from "./site.js";
import { Tickets } from "./tickets.js";
import type { Transport } from "../transport.js";

/** Sends a request through the raw proxy. */
export type ProxyFetch = (path: string, init?: RequestInit) => Promise<Response>;

/** One customer's Jira. */
export class Jira {
  readonly projects: Projects;
  readonly tickets: Tickets;
  readonly issues: Issues;
  readonly comments: Comments;
  readonly boards: Boards;
  readonly sprints: Sprints;
  readonly issueTypes: IssueTypes;
  readonly statuses: Statuses;
  readonly priorities: Priorities;
  readonly resolutions: Resolutions;
  readonly labels: Labels;
  readonly fields: Fields;
  readonly users: Users;
  readonly #proxy: ProxyFetch;

  /** @internal */
  constructor(transport: Transport, externalId: string, proxy: ProxyFetch) {
    const send: JiraSend = (name, does, parameters, options) => {
      const operation = name.replace(" ", " /api/backend/jira/");
      return transport.send({ operation, does, parameters: { ...parameters, external_id: externalId }, options });
    };
    this.projects = new Projects(send);
    this.tickets = new Tickets(send);
    this.issues = new Issues(send);
    this.comments = new Comments(send);
    this.boards = new Boards(send);
    this.sprints = new Sprints(send);
    this.issueTypes = new IssueTypes(send);
    this.statuses = new Statuses(send);
    this.priorities = new Priorities(send);
    this.resolutions = new Resolutions(send);
    this.labels = new Labels(send);
    this.fields = new Fields(send);
    this.users = new Users(send);
    this.#proxy = proxy;
  }

  /**
   * Calls Jira's own API at the customer's site: `jira.fetch("/rest/api/3/myself")`. Gives Jira's response, whatever its
   * status; Juncture's own failures are thrown. Nothing is tried again, and `init.signal` alone ends it.
   */
  fetch(path: string, init?: RequestInit): Promise<Response> {
    return this.#proxy(path, init);
  }
}
