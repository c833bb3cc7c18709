// Made from openapi.json by scripts/generate.mjs; do not edit.
export type ByAccount = {
  accountId: string;
};

export type ById = {
  id: string;
};

export type ConnectionAccessToken = {
  access_token: string;
  expires_at: string;
};

export type ConnectionCredentials = {
  refresh_token: string;
  expires_at: string;
  is_invalid: boolean;
};

export type ConnectionValidity = {
  exists: boolean;
  is_expired: boolean;
  is_invalid: boolean;
  site_unavailable: boolean;
  expires_at?: string | null;
};

export type Done = {
  success: boolean;
};

export type ErrorBody = {
  error: string;
  code: string;
  needs_reauthorization?: boolean | null;
  details?: { [key: string]: unknown };
};

export type JiraActiveSprints = {
  boards: Array<JiraBoardActiveSprints>;
  skipped_boards: Array<JiraSkippedBoard>;
};

export type JiraAllSprints = {
  boards: Array<JiraBoardSprints>;
  total_sprints: number;
  skipped_boards: Array<JiraSkippedBoard>;
};

export type JiraAllowedValue = {
  id: string;
  name: string;
  disabled?: boolean;
  children?: Array<JiraAllowedValue>;
};

export type JiraBoard = {
  id: number;
  name: string;
  type: string;
};

export type JiraBoardActiveSprints = {
  board_id: number;
  board_name: string;
  board_type: string;
  active_sprints: Array<JiraSprint>;
};

export type JiraBoardSprints = {
  board_id: number;
  board_name: string;
  board_type: string;
  sprints: Array<JiraSprint>;
  active_sprints: Array<JiraSprint>;
};

export type JiraBoards = {
  boards: Array<JiraBoard>;
  total: number;
};

export type JiraChange = {
  id: string;
  at: string;
  author?: JiraUser | null;
  items: Array<JiraChangedField>;
};

export type JiraChangedField = {
  field?: string | null;
  name: string;
  from?: JiraChangedValue | null;
  to?: JiraChangedValue | null;
};

export type JiraChangedValue = {
  id?: string | null;
  text?: string | null;
};

export type JiraChangelog = {
  changes: Array<JiraChange>;
};

export type JiraComment = {
  id: string;
  body: string;
  body_adf?: { [key: string]: unknown } | null;
  author?: JiraUser | null;
  created: string;
  updated: string;
  internal: boolean;
  visibility?: JiraVisibility | null;
  parent_id?: string | null;
};

export type JiraCommentAnswer = {
  comment: JiraComment;
};

export type JiraCommentChanges = {
  issue_id_or_key: string;
  comment_id: string;
  body?: string | null | undefined;
  /** The new text, in the Atlassian Document Format. */
  body_adf?: { [key: string]: unknown } | null | undefined;
  /** Whether files may go that `body` no longer shows: Jira deletes an attachment with the last place that shows it. */
  allow_media_loss?: boolean | null | undefined;
  /** What you take it to be: this cannot be changed, and a comment that is something else is left alone. */
  internal?: boolean | null | undefined;
  /** Who may see it from now on, as in `add-comment`. */
  visibility?: { [key: string]: unknown } | null | undefined;
};

export type JiraComments = {
  comments: Array<JiraComment>;
  total: number;
};

export type JiraCountIssues = {
  jql: string;
};

export type JiraCreatedTicket = JiraTicket & {
  partial?: boolean | null;
};

export type JiraCurrentUser = JiraUser & {
  timeZone?: string | null;
  locale?: string | null;
};

export type JiraEdited = {
  success: boolean;
  issue: JiraEditedIssue;
  lost?: { [key: string]: number };
  lost_in_fields?: { [key: string]: unknown };
};

export type JiraEditedComment = {
  comment: JiraComment;
  lost?: { [key: string]: number };
};

export type JiraEditedIssue = JiraIssueCore | JiraKnownIssue;

export type JiraField = {
  id: string;
  name: string;
  custom: boolean;
  type: string;
  items?: string | null;
  custom_type?: string | null;
};

export type JiraFields = {
  fields: Array<JiraField>;
};

export type JiraIssue = JiraIssueCore & {
  description_adf?: { [key: string]: unknown } | null;
  environment?: string | null;
  environment_adf?: { [key: string]: unknown } | null;
  status?: JiraIssueStatus | null;
  reporter?: JiraPerson | null;
  project?: JiraProjectReference | null;
  created?: string | null;
  resolution?: JiraIssueResolution | null;
  labels: Array<string>;
  components: Array<string>;
  fixVersions: Array<string>;
  affectedVersions: Array<string>;
  timeTracking?: JiraTimeTracking | null;
  customFields: { [key: string]: unknown };
  customFieldsMarkdown: { [key: string]: unknown };
  customFieldNames: { [key: string]: unknown };
};

export type JiraIssueAnswer = {
  issue: JiraIssue;
};

export type JiraIssueChanges = {
  issue_id_or_key: string;
  summary?: string | null | undefined;
  /** The new description, in Markdown; an empty one clears it. */
  description?: string | null | undefined;
  /** The new description, in the Atlassian Document Format. */
  description_adf?: { [key: string]: unknown } | null | undefined;
  /** Whether files may go that `description`, or a rich text in `fields`, no longer shows: Jira deletes an attachment with the last place that shows it. */
  allow_media_loss?: boolean | null | undefined;
  priority_id?: string | null | undefined;
  issue_type_id?: string | null | undefined;
  /** The account of who is to work on it; null or `"null"` for nobody. */
  assignee_account_id?: string | null | undefined;
  /** Values of any other fields, by id or exact name: text, numbers, dates, options by name or id, people by account id or e-mail address, lists of them. */
  fields?: { [key: string]: unknown } | null | undefined;
  /** The id or key of the issue that it is a part of. */
  parent?: string | null | undefined;
  labels?: Array<string> | null | undefined;
  /** Labels to add, whoever else changes the labels. */
  labels_add?: Array<string> | null | undefined;
  labels_remove?: Array<string> | null | undefined;
  due_date?: string | null | undefined;
  component_ids?: Array<string> | null | undefined;
  /** The ids of the versions that it is to be fixed in. */
  fix_version_ids?: Array<string> | null | undefined;
  affected_version_ids?: Array<string> | null | undefined;
  reporter_account_id?: string | null | undefined;
};

export type JiraIssueCore = {
  id: string;
  key: string;
  summary?: string | null;
  description?: string | null;
  priority?: NamedIcon | null;
  issueType?: NamedIcon | null;
  assignee?: JiraPerson | null;
  updated?: string | null;
};

export type JiraIssueCount = {
  count: number;
  unchecked?: boolean | null;
};

export type JiraIssueFields = {
  summary?: string | null;
  description?: string | null;
  status?: JiraStatusWithCategory | null;
  assignee?: JiraPersonReference | null;
  reporter?: JiraPersonReference | null;
  created?: string | null;
  updated?: string | null;
  priority?: JiraPriorityReference | null;
};

export type JiraIssueResolution = {
  name: string;
  description?: string | null;
};

export type JiraIssueStatus = {
  name: string;
  category?: string | null;
};

export type JiraIssueType = {
  id: string;
  name: string;
  description?: string | null;
  subtask: boolean;
  hierarchyLevel?: number | null;
  iconUrl?: string | null;
};

export type JiraIssueTypes = {
  issue_types: Array<JiraIssueType>;
};

export type JiraKnownIssue = {
  id?: string | null;
  key?: string | null;
  summary?: string | null;
  description?: string | null;
  priority?: ById | null;
  issueType?: ById | null;
  assignee?: ByAccount | null;
  partial: boolean;
};

export type JiraLabels = {
  labels: Array<string>;
};

export type JiraMoved = {
  issue: JiraMovedIssue;
  changed: boolean;
  transition?: JiraTransitionReference | null;
};

export type JiraMovedIssue = {
  id: string;
  key: string;
  status: JiraStatus;
  partial?: boolean | null;
};

export type JiraNewComment = {
  issue_id_or_key: string;
  body?: string | null | undefined;
  /** What it says, in the Atlassian Document Format; one of the two. */
  body_adf?: { [key: string]: unknown } | null | undefined;
  /** Whether it is for the agents of a service project alone. */
  internal?: boolean | null | undefined;
  /** Who may see it, if not everybody who sees the issue: `type` (`role` or `group`), and `value` (its name) or `identifier` (its id). */
  visibility?: { [key: string]: unknown } | null | undefined;
  /** The id of the comment that it answers: one of the same issue that answers none itself. */
  parent_id?: string | null | undefined;
};

export type JiraNewTicket = {
  /** The id or key of the project; the selected one if it is absent. */
  jira_project_id?: string | null | undefined;
  /** The title: one line of at most 255 characters. */
  summary: string;
  description?: string | null | undefined;
  /** The description, in the Atlassian Document Format. */
  description_adf?: { [key: string]: unknown } | null | undefined;
  issue_type_id: string;
  priority_id?: string | null | undefined;
  assignee_account_id?: string | null | undefined;
  /** Values of any other fields, by id or exact name: text, numbers, dates, options by name or id, people by account id or e-mail address, lists of them, Markdown for rich text. */
  fields?: { [key: string]: unknown } | null | undefined;
  parent?: string | null | undefined;
  labels?: Array<string> | null | undefined;
  due_date?: string | null | undefined;
  component_ids?: Array<string> | null | undefined;
  fix_version_ids?: Array<string> | null | undefined;
  affected_version_ids?: Array<string> | null | undefined;
  reporter_account_id?: string | null | undefined;
};

export type JiraNewTickets = {
  /** 1 to 500 tickets, in the order in which they are created. */
  tickets: Array<JiraTicketOrder>;
};

export type JiraPerson = {
  accountId: string;
  displayName: string;
  emailAddress?: string | null;
  avatarUrl?: string | null;
};

export type JiraPersonReference = {
  accountId: string;
  displayName: string;
};

export type JiraPriorities = {
  priorities: Array<JiraPriority>;
};

export type JiraPriority = {
  id: string;
  name: string;
  description?: string | null;
  iconUrl?: string | null;
  isDefault: boolean;
};

export type JiraPriorityReference = {
  id: string;
  name: string;
};

export type JiraProject = {
  id: string;
  key: string;
  name: string;
  lead?: JiraProjectLead | null;
  projectTypeKey?: string | null;
  projectCategory?: JiraProjectCategory | null;
  isPrivate: boolean;
  archived: boolean;
  avatarUrl?: string | null;
};

export type JiraProjectCategory = {
  id: string;
  name: string;
  description?: string | null;
};

export type JiraProjectDetails = JiraProject & {
  description?: string | null;
  issueTypes: Array<JiraIssueType>;
  style?: string | null;
  simplified: boolean;
};

export type JiraProjectLead = {
  displayName: string;
};

export type JiraProjectReference = {
  id: string;
  key: string;
  name: string;
};

export type JiraProjectSelection = {
  jira_project_id: string;
};

export type JiraProjects = {
  projects: Array<JiraProject>;
  total: number;
  selected_project_id?: string | null;
};

export type JiraResolution = {
  id: string;
  name: string;
  description?: string | null;
  isDefault: boolean;
};

export type JiraResolutions = {
  resolutions: Array<JiraResolution>;
};

export type JiraSearchIssues = {
  jql: string;
  /** Ids or exact names of fields, or `all` for every field but comments, work logs and attachments. */
  fields?: Array<string> | null | undefined;
  /** From 1 to 200: how many issues a page holds at most. */
  limit?: number | null | undefined;
  /** The `next_cursor` of the page before, for the same query and fields. */
  cursor?: string | null | undefined;
};

export type JiraSearchResult = {
  issues: Array<JiraTicket>;
  total?: number | null;
  next_cursor?: string | null;
  customFieldNames?: { [key: string]: unknown } | null;
  unchecked?: boolean | null;
};

export type JiraSelectedProject = {
  jira_project_id?: string | null;
};

export type JiraSite = {
  site_id: string;
  site_name: string;
  site_url?: string | null;
  avatar_url?: string | null;
};

export type JiraSiteChoice = {
  /** The code in the path of the finalise page; it makes one connection. */
  connection_code: string;
  site_id: string;
};

export type JiraSites = {
  sites: Array<JiraSite>;
};

export type JiraSkippedBoard = {
  board_id: number;
  board_name: string;
  reason: string;
};

export type JiraSprint = {
  id: number;
  name: string;
  state: string;
  startDate?: string | null;
  endDate?: string | null;
  completeDate?: string | null;
  goal?: string | null;
};

export type JiraSprintTicket = JiraTicket & {
  fields: JiraIssueFields;
};

export type JiraSprintTickets = {
  tickets: Array<JiraSprintTicket>;
  total: number;
  sprint: JiraSprint;
  customFieldNames?: { [key: string]: unknown } | null;
};

export type JiraStatus = {
  id: string;
  name: string;
  category?: string | null;
};

export type JiraStatusCategory = {
  id: number;
  key: string;
  colorName?: string | null;
};

export type JiraStatusWithCategory = {
  id: string;
  name: string;
  statusCategory?: JiraStatusCategory | null;
};

export type JiraStatuses = {
  statuses: Array<JiraStatus>;
  by_issue_type: Array<JiraStatusesOfIssueType>;
};

export type JiraStatusesOfIssueType = {
  issue_type_id: string;
  status_ids: Array<string>;
};

export type JiraTicket = {
  id: string;
  key: string;
  summary?: string | null;
  description?: string | null;
  status?: string | null;
  statusCategory?: string | null;
  issueType?: string | null;
  assignee?: string | null;
  reporter?: string | null;
  priority?: string | null;
  created?: string | null;
  updated?: string | null;
  customFields?: { [key: string]: unknown } | null;
};

export type JiraTicketAnswer = {
  ticket: JiraCreatedTicket;
};

export type JiraTicketOrder = JiraNewTicket & {
  /** A name for it in this request, for those that are to be a part of it. */
  ref?: string | undefined;
  /** The `ref` of an earlier ticket that it is to be a part of. */
  parent_ref?: string | undefined;
};

export type JiraTicketResult = {
  ticket: JiraCreatedTicket;
} | ErrorBody;

export type JiraTicketResults = {
  results: Array<JiraTicketResult>;
};

export type JiraTickets = {
  tickets: Array<JiraTicket>;
  total: number;
  sprint?: JiraSprint | null;
  customFieldNames?: { [key: string]: unknown } | null;
};

export type JiraTimeTracking = {
  originalEstimate?: string | null;
  remainingEstimate?: string | null;
  timeSpent?: string | null;
};

export type JiraTransition = JiraTransitionReference & {
  has_screen: boolean;
  fields: Array<JiraWritableField>;
};

export type JiraTransitionReference = {
  id: string;
  name: string;
  to: JiraStatus;
};

export type JiraTransitionWish = {
  issue_id_or_key: string;
  transition_id?: string | null | undefined;
  to_status_id?: string | null | undefined;
  to_status?: string | null | undefined;
  /** What the status is to mean: `new`, `indeterminate` or `done` (`todo` and `in_progress` are read too). */
  to_category?: string | null | undefined;
  /** Values for the fields of the transition's screen, by id or exact name; plain ones, as in `create-ticket`. */
  fields?: { [key: string]: unknown } | null | undefined;
  /** How it was resolved, by name or id, where the transition's screen asks for that. */
  resolution?: string | null | undefined;
  /** What to say about it, in Markdown: a comment of the issue. */
  comment?: string | null | undefined;
  comment_adf?: { [key: string]: unknown } | null | undefined;
};

export type JiraTransitions = {
  transitions: Array<JiraTransition>;
};

export type JiraUser = {
  accountId: string;
  displayName: string;
  emailAddress?: string | null;
  avatarUrl?: string | null;
  active?: boolean | null;
  accountType?: string | null;
};

export type JiraUsers = {
  users: Array<JiraUser>;
};

export type JiraVisibility = {
  type: string;
  value?: string | null;
  identifier?: string | null;
};

export type JiraWritableField = {
  id: string;
  name: string;
  type: string;
  items?: string | null;
  required: boolean;
  has_default: boolean;
  default?: unknown;
  allowed_values?: Array<JiraAllowedValue> | null;
  operations: Array<string>;
};

export type JiraWritableFields = {
  fields: Array<JiraWritableField>;
};

export type NamedIcon = {
  name: string;
  iconUrl?: string | null;
};

export type OAuthInitiate = {
  provider: string;
  external_id: string;
};

export type OAuthInitiated = {
  authorization_uri: string;
};

export type OauthCallbackParameters = {
  provider: string;
  code?: string | undefined;
  /** The state that the flow began with; it works once. */
  state: string;
  error?: string | undefined;
};

export type OauthTryAgainParameters = {
  provider: string;
  /** The flow, as the page on which it failed has it in its link. */
  flow: string;
};

export type JiraFetchAvailableSitesParameters = {
  /** The code in the path of the finalise page; good for 15 minutes. */
  connection_code: string;
};

export type ConnectionsCheckValidityParameters = OAuthInitiate;

export type ConnectionsGetCredentialsParameters = OAuthInitiate;

export type ConnectionsGetAccessTokenParameters = OAuthInitiate;

export type ConnectionsDeleteParameters = OAuthInitiate;

export type JiraGetProjectParameters = {
  /** The id or key of a project; the selected one if it is absent. */
  jira_project_id?: string | undefined;
};

export type JiraGetIssueTypesParameters = JiraGetProjectParameters;

export type JiraGetStatusesParameters = JiraGetProjectParameters;

export type JiraGetCreateFieldsParameters = {
  jira_project_id?: string | undefined;
  /** The id of the type that the issue is to be of. */
  issue_type_id: string;
};

export type JiraGetEditFieldsParameters = {
  issue_id_or_key: string;
};

export type JiraSearchUsersParameters = {
  /** The beginning of a word of the name or of the address. */
  query: string;
  /** How many at most: 1 to 1000, and 50 if it is absent. */
  limit?: string | undefined;
};

export type JiraGetAssignableUsersParameters = {
  /** The id or key of a project, to whose new issues they may be assigned; the selected one if neither this nor an issue is named. */
  jira_project_id?: string | undefined;
  /** The id or key of the issue that they may be assigned to, in place of a project. */
  issue_id_or_key?: string | undefined;
  query?: string | undefined;
  limit?: string | undefined;
};

export type JiraGetTicketsForProjectParameters = {
  jira_project_id?: string | undefined;
  /** Ids or exact names of fields, with commas between, or repeated; `all` for every field but comments, work logs and attachments. */
  fields?: string | undefined;
};

export type JiraGetBoardsForProjectParameters = JiraGetProjectParameters;

export type JiraGetAllSprintsForProjectParameters = JiraGetProjectParameters;

export type JiraGetActiveSprintsForProjectParameters = JiraGetProjectParameters;

export type JiraGetTicketsForSprintParameters = {
  /** Jira's id of the sprint, as the sprint endpoints give it. */
  sprint_id: string;
  fields?: string | undefined;
};

export type JiraGetIssueDetailsParameters = JiraGetEditFieldsParameters;

export type JiraGetChangelogParameters = JiraGetEditFieldsParameters;

export type JiraDeleteIssueParameters = {
  issue_id_or_key: string;
  /** Whether to delete its subtasks too; an issue that has some is not deleted otherwise. */
  delete_subtasks?: boolean | undefined;
};

export type JiraGetTransitionsParameters = JiraGetEditFieldsParameters;

export type JiraGetCommentsParameters = JiraGetEditFieldsParameters;

export type JiraDeleteCommentParameters = {
  issue_id_or_key: string;
  comment_id: string;
};
