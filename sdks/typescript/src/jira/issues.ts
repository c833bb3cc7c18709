import { Group, type Takes } from "../call.js";
import type { CallOptions, CreateOptions } from "../options.js";

/** Single issues, and searches for them. */
export class Issues extends Group {
  /** The same as `tickets.create`. */
  create(ticket: Takes<"POST create-ticket">, options?: CreateOptions) {
    return this.creates("POST create-ticket", ticket, options);
  }

  /** An issue with all that it holds, by id or key. */
  get(issue_id_or_key: string, options?: CallOptions) {
    return this.reads("GET get-issue-details", { issue_id_or_key }, options);
  }

  /** Changes an issue. What is absent stays, null clears. */
  edit(issue_id_or_key: string, changes: Omit<Takes<"PUT edit-issue">, "issue_id_or_key">, options?: CallOptions) {
    return this.writes("PUT edit-issue", { ...changes, issue_id_or_key }, options);
  }

  /** Deletes an issue. */
  delete(
    issue_id_or_key: string,
    parameters: Omit<Takes<"DELETE delete-issue">, "issue_id_or_key"> = {},
    options?: CallOptions,
  ) {
    return this.writes("DELETE delete-issue", { ...parameters, issue_id_or_key }, options);
  }

  /** What a query finds: all of it, up to 10,000 issues, or with `limit` a page and `next_cursor`. */
  search(query: Takes<"POST search-issues">, options?: CallOptions) {
    return this.reads("POST search-issues", query, options);
  }

  /**
   * What a query finds, one after the other, however many there are. A page holds `limit` (1 to 200); the next one is
   * asked for when it is needed.
   */
  async *searchAll(query: Takes<"POST search-issues">, options?: CallOptions) {
    let { limit = 100, cursor } = query;
    do {
      const page = await this.search({ ...query, limit, cursor }, options);
      yield* page.issues;
      cursor = page.next_cursor;
    } while (cursor);
  }

  /** About how many issues a query finds. */
  count(query: Takes<"POST count-issues">, options?: CallOptions) {
    return this.reads("POST count-issues", query, options);
  }

  /** All that has changed in an issue, oldest first. */
  changelog(issue_id_or_key: string, options?: CallOptions) {
    return this.reads("GET get-changelog", { issue_id_or_key }, options);
  }

  /** The steps that the workflow offers now, with the fields that each asks for. */
  transitions(issue_id_or_key: string, options?: CallOptions) {
    return this.reads("GET get-transitions", { issue_id_or_key }, options);
  }

  /** Moves an issue on: one of `transition_id`, `to_status_id`, `to_status` and `to_category` says where to. */
  transition(
    issue_id_or_key: string,
    wish: Omit<Takes<"POST transition-issue">, "issue_id_or_key">,
    options?: CallOptions,
  ) {
    return this.writes("POST transition-issue", { ...wish, issue_id_or_key }, options);
  }
}
