import { Group, type Takes } from "../call.js";
import type { CallOptions } from "../options.js";

/** The projects of a site, and which of them is selected. */
export class Projects extends Group {
  /** All projects, and the id of the selected one. */
  list(options?: CallOptions) {
    return this.reads("GET get-projects", {}, options);
  }

  /** One project with its issue types; the selected one if none is named. */
  get(parameters: Takes<"GET get-project"> = {}, options?: CallOptions) {
    return this.reads("GET get-project", parameters, options);
  }

  /** Selects the project, by id or key, for the calls that name none. */
  select(jira_project_id: string, options?: CallOptions) {
    return this.writes("POST select-project", { jira_project_id }, options);
  }

  /** Which project is selected. */
  selected(options?: CallOptions) {
    return this.reads("GET get-selected-project", {}, options);
  }
}
