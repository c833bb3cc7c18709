import { Group, type Takes } from "../call.js";
import type { CallOptions } from "../options.js";

/** The boards of a project. */
export class Boards extends Group {
  /** All boards of a project; of the selected one if none is named. */
  list(parameters: Takes<"GET get-boards-for-project"> = {}, options?: CallOptions) {
    return this.reads("GET get-boards-for-project", parameters, options);
  }
}

type TicketsParameters = {
  /** Ids or exact names of fields to show besides, or `all`. Their plain values stand under `customFields`, by id. */
  fields?: string | string[] | undefined;
};

/** The sprints of a project. */
export class Sprints extends Group {
  /** All sprints, board by board. */
  list(
    parameters: Takes<"GET get-all-sprints-for-project"> = {},
    options?: CallOptions,
  ) {
    return this.reads("GET get-all-sprints-for-project", parameters, options);
  }

  /** The sprints that are under way, board by board. */
  active(
    parameters: Takes<"GET get-active-sprints-for-project"> = {},
    options?: CallOptions,
  ) {
    return this.reads("GET get-active-sprints-for-project", parameters, options);
  }

  /** The tickets of a sprint. */
  tickets(sprint_id: string | number, parameters: TicketsParameters = {}, options?: CallOptions) {
    const query = { ...parameters, sprint_id: String(sprint_id) };
    type Query = Takes<"GET get-tickets-for-sprint">;
    return this.reads("GET get-tickets-for-sprint", query as Query, options);
  }
}
