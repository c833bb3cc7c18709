import { Group, type Takes } from "../call.js";
import type { CallOptions, CreateOptions } from "../options.js";

/** The comments of an issue. */
export class Comments extends Group {
  /** All comments that the customer may see, oldest first. */
  list(issue_id_or_key: string, options?: CallOptions) {
    return this.reads("GET get-comments", { issue_id_or_key }, options);
  }

  /** Adds a comment, once for its idempotency key. */
  add(
    issue_id_or_key: string,
    comment: Omit<Takes<"POST add-comment">, "issue_id_or_key">,
    options?: CreateOptions,
  ) {
    return this.creates("POST add-comment", { ...comment, issue_id_or_key }, options);
  }

  /** Changes a comment. */
  edit(
    issue_id_or_key: string,
    comment_id: string,
    changes: Omit<Takes<"PUT edit-comment">, "issue_id_or_key" | "comment_id">,
    options?: CallOptions,
  ) {
    const parameters = { ...changes, issue_id_or_key, comment_id };
    return this.writes("PUT edit-comment", parameters, options);
  }

  /** Deletes a comment. */
  delete(issue_id_or_key: string, comment_id: string, options?: CallOptions) {
    return this.writes("DELETE delete-comment", { issue_id_or_key, comment_id }, options);
  }
}
