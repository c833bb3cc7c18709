/** What there is on a site to choose from. */

import { Group, type Takes } from "../call.js";
import type { CallOptions } from "../options.js";

/** The types of issues. */
export class IssueTypes extends Group {
  /** The issue types of a project; of the selected one if none is named. */
  list(parameters: Takes<"GET get-issue-types"> = {}, options?: CallOptions) {
    return this.reads("GET get-issue-types", parameters, options);
  }
}

/** The statuses of issues. */
export class Statuses extends Group {
  /** The statuses of a project, whole and by issue type. */
  list(parameters: Takes<"GET get-statuses"> = {}, options?: CallOptions) {
    return this.reads("GET get-statuses", parameters, options);
  }
}

/** The priorities of issues. */
export class Priorities extends Group {
  /** All priorities. */
  list(options?: CallOptions) {
    return this.reads("GET get-priorities", {}, options);
  }
}

/** How issues can be resolved. */
export class Resolutions extends Group {
  /** All resolutions. */
  list(options?: CallOptions) {
    return this.reads("GET get-resolutions", {}, options);
  }
}

/** The labels in use. */
export class Labels extends Group {
  /** All labels. */
  list(options?: CallOptions) {
    return this.reads("GET get-labels", {}, options);
  }
}

/** The fields of issues. */
export class Fields extends Group {
  /** All fields of the site, built in and custom. */
  list(options?: CallOptions) {
    return this.reads("GET get-fields", {}, options);
  }

  /** The fields that a new issue of this type can be given. */
  forCreate(parameters: Takes<"GET get-create-fields">, options?: CallOptions) {
    return this.reads("GET get-create-fields", parameters, options);
  }

  /** The fields of this issue that can be changed. */
  forEdit(issue_id_or_key: string, options?: CallOptions) {
    return this.reads("GET get-edit-fields", { issue_id_or_key }, options);
  }
}

/** The people of a site. */
export class Users extends Group {
  /** People by the beginnings of their names or addresses. */
  search(parameters: Takes<"GET search-users">, options?: CallOptions) {
    return this.reads("GET search-users", parameters, options);
  }

  /** Who can be given the issues of a project, or one issue. */
  assignable(parameters: Takes<"GET get-assignable-users"> = {}, options?: CallOptions) {
    return this.reads("GET get-assignable-users", parameters, options);
  }

  /** The account behind the connection. */
  current(options?: CallOptions) {
    return this.reads("GET get-current-user", {}, options);
  }
}
