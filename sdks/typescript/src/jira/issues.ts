import { Group, type Takes } from "../call.js";
import type { CallOptions, CreateOptions } from "../options.js";

/** Single issues, and searches for them. */
export class Issues extends Group {
  /** The same as `tickets.create`. */
  create(ticket: Takes<"POST /api/backend/jira/create-ticket">, options?: CreateOptions) {
    return this.creates("POST /api/backend/jira/create-ticket", ticket, options);
  }

  /** An issue with all that it holds, by id or key. */
  get(issue_id_or_key: string, options?: CallOptions) {
    return this.reads("GET /api/backend/jira/get-issue-details", { issue_id_or_key }, options);
  }

  /** Changes an issue. What is absent stays, null clears. */
  edit(issue_id_or_key: string, changes: Omit<Takes<"PUT /api/backend/jira/edit-issue">, "issue_id_or_key">, options?: CallOptions) {
    return this.writes("PUT /api/backend/jira/edit-issue", { ...changes, issue_id_or_key }, options);
  }

  /** Deletes an issue. */
  delete(
    issue_id_or_key: string,
    parameters: Omit<Takes<"DELETE /api/backend/jira/delete-issue">, "issue_id_or_key"> = {},
    options?: CallOptions,
  ) {
    return this.writes("DELETE /api/backend/jira/delete-issue", { ...parameters, issue_id_or_key }, options);
  }

  /** What a query finds: all of it, up to 10,000 issues, or with `limit` a page and `next_cursor`. */
  search(query: Takes<"POST /api/backend/jira/search-issues">, options?: CallOptions) {
    return this.reads("POST /api/backend/jira/search-issues", query, options);
  }

  /**
   * What a query finds, one after the other, however many there are. `limit` is how many a page holds (1 to 200); the
   * next page is asked for when it is needed.
   *
   * ```ts
   * for await (const issue of jira.issues.searchAll({ jql: "assignee = currentUser()" })) console.log(issue.key);
   * ```
   */
  async *searchAll(query: Takes<"POST /api/backend/jira/search-issues">, options?: CallOptions) {
    let { limit = 100, cursor } = query;
    do {
      const page = await this.search({ ...query, limit, cursor }, options);
      yield* page.issues;
      cursor = page.next_cursor;
    } while (cursor);
  }

  /** About how many issues a query finds. */
  count(query: Takes<"POST /api/backend/jira/count-issues">, options?: CallOptions) {
    return this.reads("POST /api/backend/jira/count-issues", query, options);
  }

  /** All that has changed in an issue, oldest first. */
  changelog(issue_id_or_key: string, options?: CallOptions) {
    return this.reads("GET /api/backend/jira/get-changelog", { issue_id_or_key }, options);
  }

  /** The steps that the workflow offers now, with the fields that each asks for. */
  transitions(issue_id_or_key: string, options?: CallOptions) {
    return this.reads("GET /api/backend/jira/get-transitions", { issue_id_or_key }, options);
  }

  /** Moves an issue on: one of `transition_id`, `to_status_id`, `to_status` and `to_category` says where to. */
  transition(
    issue_id_or_key: string,
    wish: Omit<Takes<"POST /api/backend/jira/transition-issue">, "issue_id_or_key">,
    options?: CallOptions,
  ) {
    return this.writes("POST /api/backend/jira/transition-issue", { ...wish, issue_id_or_key }, options);
  }
}
