// Made from openapi.json by scripts/generate.mjs; do not edit.
export type Access = {
  access_token: string;
  expires_at: string;
};

export type ActiveSprints = {
  boards: Array<BoardActiveSprints>;
  skipped_boards: Array<SkippedBoard>;
};

export type AllSprints = {
  boards: Array<BoardSprints>;
  total_sprints: number;
  skipped_boards: Array<SkippedBoard>;
};

export type BTreeMap = { [key: string]: number };

export type Board = {
  id: number;
  name: string;
  type: string;
};

export type BoardActiveSprints = {
  board_id: number;
  board_name: string;
  board_type: string;
  active_sprints: Array<Sprint>;
};

export type BoardSprints = {
  board_id: number;
  board_name: string;
  board_type: string;
  sprints: Array<Sprint>;
  active_sprints: Array<Sprint>;
};

export type Boards = {
  boards: Array<Board>;
  total: number;
};

export type CreateConnection = {
  /** The code in the path of the finalise page; it makes one connection. */
  connection_code: string;
  site_id: string;
};

export type CreateTicket = {
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
  /** The id or key of the issue that it is a part of. */
  parent?: string | null | undefined;
  labels?: Array<string> | null | undefined;
  due_date?: string | null | undefined;
  component_ids?: Array<string> | null | undefined;
  /** The ids of the versions that it is to be fixed in. */
  fix_version_ids?: Array<string> | null | undefined;
  affected_version_ids?: Array<string> | null | undefined;
  reporter_account_id?: string | null | undefined;
};

export type CreateTickets = {
  /** 1 to 500 tickets, in the order in which they are created. */
  tickets: Array<TicketOrder>;
};

export type Created = {
  ticket: NewTicket;
};

export type CreatedTickets = {
  results: Array<TicketResult>;
};

export type Credentials = {
  refresh_token: string;
  expires_at: string;
  is_invalid: boolean;
};

export type Details = {
  issue: Issue;
};

export type Done = {
  success: boolean;
};

export type EditIssue = {
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
  parent?: string | null | undefined;
  labels?: Array<string> | null | undefined;
  /** Labels to add, whoever else changes the labels. */
  labels_add?: Array<string> | null | undefined;
  labels_remove?: Array<string> | null | undefined;
  due_date?: string | null | undefined;
  component_ids?: Array<string> | null | undefined;
  fix_version_ids?: Array<string> | null | undefined;
  affected_version_ids?: Array<string> | null | undefined;
  reporter_account_id?: string | null | undefined;
};

export type Edited = {
  success: boolean;
  issue: EditedIssue;
  lost?: BTreeMap;
  lost_in_fields?: { [key: string]: unknown };
};

export type EditedIssue = {
  id: string;
  key: string;
  summary?: string | null;
  description?: string | null;
  priority?: NamedIcon | null;
  issueType?: NamedIcon | null;
  assignee?: Person | null;
  updated?: string | null;
};

export type _Error = {
  error: string;
  code: string;
  needs_reauthorization?: boolean | null;
  details?: { [key: string]: unknown };
};

export type Initiate = {
  provider: string;
  external_id: string;
};

export type Initiated = {
  authorization_uri: string;
};

export type Issue = EditedIssue & {
  description_adf?: { [key: string]: unknown } | null;
  environment?: string | null;
  environment_adf?: { [key: string]: unknown } | null;
  status?: IssueStatus | null;
  reporter?: Person | null;
  project?: ProjectReference | null;
  created?: string | null;
  resolution?: Resolution | null;
  labels: Array<string>;
  components: Array<string>;
  fixVersions: Array<string>;
  affectedVersions: Array<string>;
  timeTracking?: TimeTracking | null;
  customFields: { [key: string]: unknown };
  customFieldsMarkdown: { [key: string]: unknown };
  customFieldNames: { [key: string]: unknown };
};

export type IssueFields = {
  summary?: string | null;
  description?: string | null;
  status?: Status | null;
  assignee?: PersonReference | null;
  reporter?: PersonReference | null;
  created?: string | null;
  updated?: string | null;
  priority?: Priority | null;
};

export type IssueStatus = {
  name: string;
  category?: string | null;
};

export type JiraAllowedValue = {
  id: string;
  name: string;
  disabled?: boolean;
  children?: Array<JiraAllowedValue>;
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

export type JiraCurrentUser = JiraUser & {
  timeZone?: string | null;
  locale?: string | null;
};

export type JiraEditedComment = {
  comment: JiraComment;
  lost?: { [key: string]: unknown };
};

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

export type JiraIssueCount = {
  count: number;
  unchecked?: boolean | null;
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

export type JiraProject = Project & {
  description?: string | null;
  issueTypes: Array<JiraIssueType>;
  style?: string | null;
  simplified: boolean;
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
  issues: Array<Ticket>;
  total?: number | null;
  next_cursor?: string | null;
  customFieldNames?: { [key: string]: unknown } | null;
  unchecked?: boolean | null;
};

export type JiraStatus = {
  id: string;
  name: string;
  category?: string | null;
};

export type JiraStatuses = {
  statuses: Array<JiraStatus>;
  by_issue_type: Array<JiraStatusesOfIssueType>;
};

export type JiraStatusesOfIssueType = {
  issue_type_id: string;
  status_ids: Array<string>;
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

export type Lead = {
  displayName: string;
};

export type NamedIcon = {
  name: string;
  iconUrl?: string | null;
};

export type NewTicket = Ticket & {
  partial?: boolean | null;
};

export type Person = {
  accountId: string;
  displayName: string;
  emailAddress?: string | null;
  avatarUrl?: string | null;
};

export type PersonReference = {
  accountId: string;
  displayName: string;
};

export type Priority = {
  id: string;
  name: string;
};

export type Project = {
  id: string;
  key: string;
  name: string;
  lead?: Lead | null;
  projectTypeKey?: string | null;
  projectCategory?: ProjectCategory | null;
  isPrivate: boolean;
  archived: boolean;
  avatarUrl?: string | null;
};

export type ProjectCategory = {
  id: string;
  name: string;
  description?: string | null;
};

export type ProjectReference = {
  id: string;
  key: string;
  name: string;
};

export type Projects = {
  projects: Array<Project>;
  total: number;
  selected_project_id?: string | null;
};

export type Resolution = {
  name: string;
  description?: string | null;
};

export type SelectProject = {
  jira_project_id: string;
};

export type Selected = {
  jira_project_id?: string | null;
};

export type Site = {
  site_id: string;
  site_name: string;
  site_url?: string | null;
  avatar_url?: string | null;
};

export type Sites = {
  sites: Array<Site>;
};

export type SkippedBoard = {
  board_id: number;
  board_name: string;
  reason: string;
};

export type Sprint = {
  id: number;
  name: string;
  state: string;
  startDate?: string | null;
  endDate?: string | null;
  completeDate?: string | null;
  goal?: string | null;
};

export type SprintTicket = Ticket & {
  fields: IssueFields;
};

export type SprintTickets = {
  tickets: Array<SprintTicket>;
  total: number;
  sprint: Sprint;
  customFieldNames?: { [key: string]: unknown } | null;
};

export type Status = {
  id: string;
  name: string;
  statusCategory?: StatusCategory | null;
};

export type StatusCategory = {
  id: number;
  key: string;
  colorName?: string | null;
};

export type Ticket = {
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

export type TicketOrder = {
  jira_project_id?: string | null;
  summary: string;
  description?: string | null;
  description_adf?: { [key: string]: unknown } | null;
  issue_type_id: string;
  priority_id?: string | null;
  assignee_account_id?: string | null;
  fields?: { [key: string]: unknown } | null;
  parent?: string | null;
  labels?: Array<string> | null;
  due_date?: string | null;
  component_ids?: Array<string> | null;
  fix_version_ids?: Array<string> | null;
  affected_version_ids?: Array<string> | null;
  reporter_account_id?: string | null;
  ref?: string;
  parent_ref?: string;
};

export type TicketResult = {
  ticket: NewTicket;
} | _Error;

export type Tickets = {
  tickets: Array<Ticket>;
  total: number;
  sprint?: Sprint | null;
  customFieldNames?: { [key: string]: unknown } | null;
};

export type TimeTracking = {
  originalEstimate?: string | null;
  remainingEstimate?: string | null;
  timeSpent?: string | null;
};

export type Validity = {
  exists: boolean;
  is_expired: boolean;
  is_invalid: boolean;
  site_unavailable: boolean;
  expires_at?: string | null;
};

export type CallbackParameters = {
  provider: string;
  code?: string | undefined;
  /** The state that the flow began with; it works once. */
  state: string;
  error?: string | undefined;
};

export type TryAgainParameters = {
  provider: string;
  /** The flow, as the page on which it failed has it in its link. */
  flow: string;
};

export type FetchAvailableSitesParameters = {
  /** The code in the path of the finalise page; good for 15 minutes. */
  connection_code: string;
};

export type CheckValidityParameters = {
  /** Your own id of the customer, as given when the connection was made: 1 to 255 bytes. */
  external_id: string;
  provider: string;
};

export type GetCredentialsParameters = {
  external_id: string;
  provider: string;
};

export type GetAccessTokenParameters = {
  external_id: string;
  provider: string;
};

export type DeleteConnectionParameters = {
  external_id: string;
  provider: string;
};

export type JiraGetProjectParameters = {
  /** The id or key of a project; the selected one if it is absent. */
  jira_project_id?: string | undefined;
};

export type JiraGetIssueTypesParameters = {
  jira_project_id?: string | undefined;
};

export type JiraGetStatusesParameters = {
  jira_project_id?: string | undefined;
};

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

export type GetTicketsForProjectParameters = {
  jira_project_id?: string | undefined;
  /** Ids or exact names of fields, with commas between, or repeated; `all` for every field but comments, work logs and attachments. */
  fields?: string | undefined;
};

export type GetBoardsForProjectParameters = {
  jira_project_id?: string | undefined;
};

export type GetAllSprintsForProjectParameters = {
  jira_project_id?: string | undefined;
};

export type GetActiveSprintsForProjectParameters = {
  jira_project_id?: string | undefined;
};

export type GetTicketsForSprintParameters = {
  /** Jira's id of the sprint, as the sprint endpoints give it. */
  sprint_id: string;
  fields?: string | undefined;
};

export type GetIssueDetailsParameters = {
  issue_id_or_key: string;
};

export type JiraGetChangelogParameters = {
  issue_id_or_key: string;
};

export type DeleteIssueParameters = {
  issue_id_or_key: string;
  /** Whether to delete its subtasks too; an issue that has some is not deleted otherwise. */
  delete_subtasks?: boolean | undefined;
};

export type JiraGetTransitionsParameters = {
  issue_id_or_key: string;
};

export type JiraGetCommentsParameters = {
  issue_id_or_key: string;
};

export type JiraDeleteCommentParameters = {
  issue_id_or_key: string;
  comment_id: string;
};
