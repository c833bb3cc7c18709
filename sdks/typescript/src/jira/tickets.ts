import { Group, type Takes } from "../call.js";
import type { CallOptions, CreateOptions } from "../options.js";

type ListParameters = Omit<Takes<"GET get-tickets-for-project">, "fields"> & {
  /** Ids or exact names of fields to show besides, or `all`. Their plain values stand under `customFields`, by id. */
  fields?: string | string[] | undefined;
};

/** The tickets of a project: all of them, and new ones. */
export class Tickets extends Group {
  /** Every ticket of a project, newest first; of the selected one if none is named. Descriptions are Markdown. */
  list(parameters: ListParameters = {}, options?: CallOptions) {
    const query = parameters as Takes<"GET get-tickets-for-project">;
    return this.reads("GET get-tickets-for-project", query, options);
  }

  /** Creates a ticket, once for its idempotency key. */
  create(ticket: Takes<"POST create-ticket">, options?: CreateOptions) {
    return this.creates("POST create-ticket", ticket, options);
  }

  /** Creates up to 500 tickets, and tells of each what became of it. With the same key it goes on where it stopped. */
  createMany(tickets: Takes<"POST create-tickets">["tickets"], options?: CreateOptions) {
    return this.creates("POST create-tickets", { tickets }, options);
  }
}
