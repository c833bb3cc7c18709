// Made from openapi.json by scripts/generate.mjs; do not edit.
export type ConnectCreateSession = {
  provider: string;
  external_id: Id;
  /** Where the browser goes at the end, with `status`, `provider` and `external_id` added to its query. */
  return_url?: string | undefined;
  /** The sites that alone may be connected, by their ids or addresses. */
  allowed_sites?: Array<string> | undefined;
  /** Whether a project of the site must be selected. */
  require_project?: boolean | undefined;
  /** How many seconds the session waits to be opened; 1800 if it is absent. */
  expires_in?: number | undefined;
};

export type ConnectSession = {
  session_token: string;
  connect_url: string;
  expires_at: string;
};

export type Connection = {
  id: string;
  external_id: string;
  provider: string;
  state: ConnectionState;
  account?: ConnectionAccount;
  site?: ConnectionSite;
  selected_project_id?: string;
  scopes?: Array<string>;
  missing_scopes?: Array<string>;
  expires_at?: string;
  created_at: string;
  last_refreshed_at: string;
  last_used_at?: string;
  last_error?: ConnectionError;
};

export type ConnectionAccessToken = {
  access_token: string;
  expires_at?: string;
};

export type ConnectionAccount = {
  id: string;
  name?: string;
  email?: string;
};

export type ConnectionCredentials = {
  refresh_token?: string;
  expires_at?: string;
  is_invalid: boolean;
};

export type ConnectionError = {
  code: ConnectionErrorCode;
  at: string;
};

export type ConnectionErrorCode = 'needs_reauthorization' | 'site_unavailable' | 'missing_scope' | 'access_denied' | 'provider_misconfigured' | 'upstream_rate_limited' | 'upstream_unavailable' | 'upstream_timeout' | 'upstream_bad_response';

export type ConnectionList = {
  data: Array<Connection>;
  next_cursor: string | null;
};

export type ConnectionSite = {
  id: string;
  name?: string;
  url?: string;
};

export type ConnectionState = 'active' | 'invalid' | 'expired';

export type ConnectionTimeline = {
  data: Array<ConnectionTimelineEntry>;
  next_cursor: string | null;
};

export type ConnectionTimelineCall = {
  method: string;
  endpoint: string;
  status?: number;
  points?: number;
  trace_id?: string;
  duration_ms: number;
};

export type ConnectionTimelineEntry = {
  id: string;
  at: string;
  kind: ConnectionTimelineKind;
  code?: string;
  site_id?: string;
  call?: ConnectionTimelineCall;
};

export type ConnectionTimelineKind = 'consent' | 'site' | 'refresh' | 'refresh_failed' | 'invalid' | 'site_unavailable' | 'site_available' | 'call';

export type ConnectionValidity = {
  exists: boolean;
  is_expired: boolean;
  is_invalid: boolean;
  site_unavailable: boolean;
  expires_at?: string;
  missing_scopes?: Array<string>;
};

export type Done = {
  success: boolean;
};

export type ErrorBody = {
  error: string;
  code: string;
  needs_reauthorization?: boolean;
  details?: ErrorDetails;
};

export type ErrorDetails = { [key: string]: unknown };

export type Event = {
  id: string;
  cursor: string;
  type: EventType;
  timestamp: string;
  data: EventData;
};

export type EventAttempt = {
  at: string;
  outcome: EventAttemptOutcome;
  status?: number;
  duration_ms: number;
  excerpt?: string;
};

export type EventAttemptOutcome = 'delivered' | 'gone' | 'unavailable' | 'redirected' | 'refused' | 'timed_out' | 'unreachable' | 'unresolved' | 'tls' | 'blocked' | 'unreadable';

export type EventCreateEndpoint = {
  /** Where events are to be posted to: `https://`, at a public address. */
  url: string;
  /** The types of events to take; all if it is absent. */
  types?: Array<EventType> | null | undefined;
  /** The customers whose events to take, by your own ids; all if it is absent. */
  external_ids?: Array<string> | null | undefined;
  /** How much of an event to send; `full` if it is absent. */
  mode?: EventEndpointMode | undefined;
  /** What becomes of an event that has failed for its whole schedule; `skip` if it is absent. */
  on_exhausted?: EventEndpointOnExhausted | undefined;
  /** What is to sign: `whsec_` and the base64 of 24 to 64 random bytes. */
  secret?: string | undefined;
};

export type EventData = {
  connection_id?: string;
  external_id?: string;
  provider?: string;
  sequence?: number;
  source?: EventSource;
  reason?: EventReason;
  account?: ConnectionAccount;
  site?: ConnectionSite;
  missing_scopes?: Array<string>;
  expires_at?: string;
  days_before?: number;
  endpoint_id?: string;
  failure?: string;
  failing_since?: string;
  paused_reason?: string;
  erased?: boolean;
  unreadable?: boolean;
};

export type EventDelivery = {
  id: string;
  endpoint_id: string;
  event_id: string;
  type?: string;
  external_id?: string;
  state: EventDeliveryState;
  is_replay: boolean;
  attempts: Array<EventAttempt>;
};

export type EventDeliveryPage = {
  data: Array<EventDelivery>;
  next_cursor: string | null;
};

export type EventDeliveryState = 'waiting' | 'failed' | 'delivered';

export type EventEndpoint = {
  id: string;
  origin: EventEndpointOrigin;
  url: string;
  types: Array<string> | null;
  external_ids: Array<string> | null;
  mode: EventEndpointMode;
  on_exhausted: EventEndpointOnExhausted;
  state: EventEndpointState;
  reason?: EventEndpointReason;
  next_attempt_at?: string;
  failing_since?: string;
  last_failure?: EventAttemptOutcome;
  last_success_at?: string;
  waiting: number;
  held: number;
  oldest_waiting_at?: string;
  failed: number;
  old_secret_until?: string;
  replay?: EventReplay;
  created_at: string;
};

export type EventEndpointMode = 'full' | 'thin';

export type EventEndpointOnExhausted = 'skip' | 'hold';

export type EventEndpointOrigin = 'api' | 'environment';

export type EventEndpointPage = {
  data: Array<EventEndpoint>;
  next_cursor: string | null;
};

export type EventEndpointReason = 'requested' | 'gone' | 'exhausted';

export type EventEndpointSecret = {
  secret: string;
  old_secret_until: string;
};

export type EventEndpointState = 'active' | 'slowed' | 'paused';

export type EventErasure = {
  erased: number;
  has_more: boolean;
};

export type EventNewEndpoint = EventEndpoint & {
  secret: string;
};

export type EventPage = {
  data: Array<Event>;
  next_cursor: string;
  has_more: boolean;
};

export type EventReason = 'refused' | 'refused_for_hours' | 'access_token_refused' | 'expired' | 'imported';

export type EventReplay = {
  id: string;
  state: EventReplayState;
  queued: number;
  waiting: number;
  requested_at: string;
};

export type EventReplayState = 'queuing' | 'sending' | 'done';

export type EventRotateSecret = {
  /** `whsec_` and the base64 of 24 to 64 random bytes. */
  secret?: string | undefined;
};

export type EventSource = 'consent' | 'import';

export type EventStartReplay = {
  /** Those that were recorded then or later; RFC 3339. */
  after?: string | undefined;
  /** Those that were recorded before then; RFC 3339. */
  before?: string | undefined;
  external_id?: Id | null | undefined;
  /** These, and no others: 1 to 1,000 ids of events. */
  event_ids?: Array<string> | undefined;
  failed_only?: boolean | undefined;
};

export type EventType = 'connection.created' | 'connection.needs_reauthorization' | 'connection.recovered' | 'connection.deleted' | 'connection.missing_scope' | 'connection.expiring' | 'endpoint.failing' | 'endpoint.disabled';

export type EventUpdateEndpoint = {
  url?: string | undefined;
  types?: Array<EventType> | null | undefined;
  /** The customers whose events to take, by your own ids; null for all. */
  external_ids?: Array<string> | null | undefined;
  mode?: EventEndpointMode | undefined;
  /** What becomes of an event that has failed for its whole schedule. */
  on_exhausted?: EventEndpointOnExhausted | undefined;
};

export type Id = string | number;

export type JiraAccountReference = {
  accountId: string;
};

export type JiraAccountType = 'atlassian' | 'app' | 'customer' | 'unknown';

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
  type: JiraBoardType;
};

export type JiraBoardActiveSprints = {
  board_id: number;
  board_name: string;
  board_type: JiraBoardType;
  active_sprints: Array<JiraSprint>;
};

export type JiraBoardSprints = {
  board_id: number;
  board_name: string;
  board_type: JiraBoardType;
  sprints: Array<JiraSprint>;
  active_sprints: Array<JiraSprint>;
};

export type JiraBoardType = 'scrum' | 'kanban' | 'simple';

export type JiraBoards = {
  boards: Array<JiraBoard>;
  total: number;
};

export type JiraChange = {
  id: string;
  at: string;
  author?: JiraUser;
  items: Array<JiraChangedField>;
};

export type JiraChangedField = {
  field?: string;
  name: string;
  from?: JiraChangedValue;
  to?: JiraChangedValue;
};

export type JiraChangedValue = {
  id?: string;
  text?: string;
};

export type JiraChangelog = {
  changes: Array<JiraChange>;
};

export type JiraComment = {
  id: string;
  body: string;
  body_adf?: JiraDocument;
  author?: JiraUser;
  created: string;
  updated: string;
  internal: boolean;
  visibility?: JiraVisibility;
  parent_id?: string;
};

export type JiraCommentAnswer = {
  comment: JiraComment;
};

export type JiraCommentChanges = {
  issue_id_or_key: Id;
  comment_id: Id;
  body?: string | null | undefined;
  body_adf?: JiraDocument | null | undefined;
  /** Whether files may go that `body` no longer shows: Jira deletes an attachment with the last place that shows it. */
  allow_media_loss?: boolean | null | undefined;
  /** What you take it to be: this cannot be changed, and a comment that is something else is left alone. */
  internal?: boolean | null | undefined;
  visibility?: JiraVisibility | null | undefined;
};

export type JiraComments = {
  comments: Array<JiraComment>;
  total: number;
};

export type JiraCountIssues = {
  jql: string;
};

export type JiraCreatedTicket = JiraTicket & {
  partial?: boolean;
};

export type JiraCurrentUser = JiraUser & {
  timeZone?: string;
  locale?: string;
};

export type JiraDocument = {
  type: 'doc';
  version: number;
  content: Array<{ [key: string]: unknown }>;
  [key: string]: unknown | 'doc' | number | Array<{ [key: string]: unknown }>;
};

export type JiraEdited = {
  success: boolean;
  issue: JiraEditedIssue;
  lost?: JiraNodeCounts;
  lost_in_fields?: JiraNodeCountsByField;
};

export type JiraEditedComment = {
  comment: JiraComment;
  lost?: JiraNodeCounts;
};

export type JiraEditedIssue = JiraIssueCore | JiraKnownIssue;

export type JiraField = {
  id: string;
  name: string;
  custom: boolean;
  type: JiraFieldType;
  items?: string;
  custom_type?: string;
};

export type JiraFieldTexts = { [key: string]: string };

export type JiraFieldType = 'text' | 'rich_text' | 'number' | 'date' | 'datetime' | 'option' | 'options' | 'cascading_option' | 'user' | 'users' | 'group' | 'groups' | 'labels' | 'version' | 'versions' | 'components' | 'project' | 'sprint' | 'parent' | 'team' | 'url' | 'any';

export type JiraFieldValues = { [key: string]: unknown };

export type JiraFields = {
  fields: Array<JiraField>;
};

export type JiraIssue = JiraIssueCore & {
  description_adf: JiraDocument | null;
  environment: string | null;
  environment_adf: JiraDocument | null;
  status: JiraIssueStatus | null;
  reporter: JiraPerson | null;
  project: JiraProjectReference | null;
  created: string | null;
  resolution: JiraIssueResolution | null;
  labels: Array<string>;
  components: Array<string>;
  fixVersions: Array<string>;
  affectedVersions: Array<string>;
  timeTracking: JiraTimeTracking | null;
  customFields: JiraFieldValues;
  customFieldsMarkdown: JiraFieldTexts;
  customFieldNames: JiraFieldTexts;
};

export type JiraIssueAnswer = {
  issue: JiraIssue;
};

export type JiraIssueChanges = {
  issue_id_or_key: Id;
  summary?: string | null | undefined;
  /** The new description, in Markdown; an empty one clears it. */
  description?: string | null | undefined;
  description_adf?: JiraDocument | null | undefined;
  /** Whether files may go that `description`, or a rich text in `fields`, no longer shows: Jira deletes an attachment with the last place that shows it. */
  allow_media_loss?: boolean | null | undefined;
  priority_id?: Id | null | undefined;
  issue_type_id?: Id | null | undefined;
  /** The account of who is to work on it; null or `"null"` for nobody. */
  assignee_account_id?: string | null | undefined;
  fields?: JiraFieldValues | null | undefined;
  parent?: Id | null | undefined;
  labels?: Array<string> | null | undefined;
  /** Labels to add, whoever else changes the labels. */
  labels_add?: Array<string> | null | undefined;
  labels_remove?: Array<string> | null | undefined;
  due_date?: string | null | undefined;
  component_ids?: Array<Id> | null | undefined;
  /** The ids of the versions that it is to be fixed in. */
  fix_version_ids?: Array<Id> | null | undefined;
  affected_version_ids?: Array<Id> | null | undefined;
  reporter_account_id?: string | null | undefined;
};

export type JiraIssueCore = {
  id: string;
  key: string;
  summary: string | null;
  description: string | null;
  priority: JiraNamedIcon | null;
  issueType: JiraNamedIcon | null;
  assignee: JiraPerson | null;
  updated: string | null;
};

export type JiraIssueCount = {
  count: number;
  unchecked?: boolean;
};

export type JiraIssueFields = {
  summary: string | null;
  description: string | null;
  status: JiraStatusWithCategory | null;
  assignee: JiraPersonReference | null;
  reporter: JiraPersonReference | null;
  created: string | null;
  updated: string | null;
  priority: JiraPriorityReference | null;
};

export type JiraIssueResolution = {
  name: string;
  description: string | null;
};

export type JiraIssueStatus = {
  name: string;
  category: JiraStatusCategoryKey | null;
};

export type JiraIssueType = {
  id: string;
  name: string;
  description?: string;
  subtask: boolean;
  hierarchyLevel?: number;
  iconUrl?: string;
};

export type JiraIssueTypes = {
  issue_types: Array<JiraIssueType>;
};

export type JiraKnownIssue = {
  id?: string;
  key?: string;
  summary?: string;
  description?: string | null;
  priority?: JiraReference;
  issueType?: JiraReference;
  assignee?: JiraAccountReference | null;
  partial: boolean;
};

export type JiraLabels = {
  labels: Array<string>;
};

export type JiraMoved = {
  issue: JiraMovedIssue;
  changed: boolean;
  transition?: JiraTransitionReference;
};

export type JiraMovedIssue = {
  id: string;
  key: string;
  status: JiraStatus;
  partial?: boolean;
};

export type JiraNamedIcon = {
  name: string;
  iconUrl: string | null;
};

export type JiraNewComment = {
  issue_id_or_key: Id;
  body?: string | null | undefined;
  body_adf?: JiraDocument | null | undefined;
  /** Whether it is for the agents of a service project alone. */
  internal?: boolean | null | undefined;
  visibility?: JiraVisibility | null | undefined;
  parent_id?: Id | null | undefined;
};

export type JiraNewTicket = {
  jira_project_id?: Id | null | undefined;
  /** The title: one line of at most 255 characters. */
  summary: string;
  description?: string | null | undefined;
  description_adf?: JiraDocument | null | undefined;
  issue_type_id: Id;
  priority_id?: Id | null | undefined;
  assignee_account_id?: string | null | undefined;
  fields?: JiraFieldValues | null | undefined;
  parent?: Id | null | undefined;
  labels?: Array<string> | null | undefined;
  due_date?: string | null | undefined;
  component_ids?: Array<Id> | null | undefined;
  fix_version_ids?: Array<Id> | null | undefined;
  affected_version_ids?: Array<Id> | null | undefined;
  reporter_account_id?: string | null | undefined;
};

export type JiraNewTickets = {
  /** 1 to 500 tickets, in the order in which they are created. */
  tickets: Array<JiraTicketOrder>;
};

export type JiraNodeCounts = { [key: string]: number };

export type JiraNodeCountsByField = { [key: string]: JiraNodeCounts };

export type JiraPerson = {
  accountId: string;
  displayName: string;
  emailAddress: string | null;
  avatarUrl: string | null;
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
  description?: string;
  iconUrl?: string;
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
  lead: JiraProjectLead | null;
  projectTypeKey: JiraProjectType | null;
  projectCategory: JiraProjectCategory | null;
  isPrivate: boolean;
  archived: boolean;
  avatarUrl: string | null;
};

export type JiraProjectCategory = {
  id: string;
  name: string;
  description: string | null;
};

export type JiraProjectDetails = JiraProject & {
  description?: string;
  issueTypes: Array<JiraIssueType>;
  style?: JiraProjectStyle;
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
  jira_project_id: Id;
};

export type JiraProjectStyle = 'classic' | 'next-gen';

export type JiraProjectType = 'software' | 'service_desk' | 'business' | 'product_discovery';

export type JiraProjects = {
  projects: Array<JiraProject>;
  total: number;
  selected_project_id: string | null;
};

export type JiraReference = {
  id: string;
};

export type JiraResolution = {
  id: string;
  name: string;
  description?: string;
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
  total?: number;
  next_cursor: string | null;
  customFieldNames?: JiraFieldTexts;
  unchecked?: boolean;
};

export type JiraSelectedProject = {
  jira_project_id: string | null;
};

export type JiraSite = {
  site_id: string;
  site_name: string;
  site_url: string | null;
  avatar_url: string | null;
};

export type JiraSiteChoice = {
  /** The code in the path of the finalise page; it makes one connection. */
  connection_code: string;
  site_id: string;
  /** The id or key of a project of the site, which is selected. */
  jira_project_id?: Id | undefined;
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
  state: JiraSprintState;
  startDate?: string;
  endDate?: string;
  completeDate: string | null;
  goal?: string;
};

export type JiraSprintState = 'future' | 'active' | 'closed';

export type JiraSprintTicket = JiraTicket & {
  fields: JiraIssueFields;
};

export type JiraSprintTickets = {
  tickets: Array<JiraSprintTicket>;
  total: number;
  sprint: JiraSprint;
  customFieldNames?: JiraFieldTexts;
};

export type JiraStatus = {
  id: string;
  name: string;
  category?: JiraStatusCategoryKey;
};

export type JiraStatusCategory = {
  id: number;
  key: JiraStatusCategoryKey;
  colorName: string | null;
};

export type JiraStatusCategoryKey = 'new' | 'indeterminate' | 'done' | 'undefined';

export type JiraStatusWithCategory = {
  id: string;
  name: string;
  statusCategory: JiraStatusCategory | null;
};

export type JiraStatuses = {
  statuses: Array<JiraStatus>;
  by_issue_type: Array<JiraStatusesOfIssueType>;
};

export type JiraStatusesOfIssueType = {
  issue_type_id: string;
  status_ids: Array<string>;
};

export type JiraTargetCategory = 'new' | 'indeterminate' | 'done' | 'todo' | 'in_progress';

export type JiraTicket = {
  id: string;
  key: string;
  summary?: string;
  description?: string;
  status?: string;
  statusCategory?: JiraStatusCategoryKey;
  issueType?: string;
  assignee?: string;
  reporter?: string;
  priority?: string;
  created?: string;
  updated?: string;
  customFields?: JiraFieldValues;
};

export type JiraTicketAnswer = {
  ticket: JiraCreatedTicket;
};

export type JiraTicketFailure = ErrorBody & {
  code: 'missing_parameter' | 'no_project_selected' | 'invalid_parameter' | 'invalid_fields' | 'project_or_issue_type_not_found' | 'connection_not_found' | 'store_unavailable' | 'stored_value_unreadable' | 'sealed_value_unreadable' | 'internal_error' | 'needs_reauthorization' | 'access_denied' | 'missing_scope' | 'site_unavailable' | 'upstream_rate_limited' | 'upstream_unavailable' | 'upstream_timeout' | 'upstream_bad_response' | 'provider_misconfigured' | 'outcome_unknown' | 'parent_not_created' | 'not_attempted';
};

export type JiraTicketOrder = JiraNewTicket & {
  /** A name for it in this request, for those that are to be a part of it. */
  ref?: string | undefined;
  /** The `ref` of an earlier ticket that it is to be a part of. */
  parent_ref?: string | undefined;
};

export type JiraTicketResult = {
  ticket: JiraCreatedTicket;
} | JiraTicketFailure;

export type JiraTicketResults = {
  results: Array<JiraTicketResult>;
};

export type JiraTickets = {
  tickets: Array<JiraTicket>;
  total: number;
  sprint: JiraSprint | null;
  customFieldNames?: JiraFieldTexts;
};

export type JiraTimeTracking = {
  originalEstimate: string | null;
  remainingEstimate: string | null;
  timeSpent: string | null;
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
  issue_id_or_key: Id;
  transition_id?: Id | null | undefined;
  to_status_id?: Id | null | undefined;
  to_status?: string | null | undefined;
  to_category?: JiraTargetCategory | null | undefined;
  fields?: JiraFieldValues | null | undefined;
  /** How it was resolved, by name or id, where the transition's screen asks for that. */
  resolution?: string | null | undefined;
  /** What to say about it, in Markdown: a comment of the issue. */
  comment?: string | null | undefined;
  comment_adf?: JiraDocument | null | undefined;
};

export type JiraTransitions = {
  transitions: Array<JiraTransition>;
};

export type JiraUser = {
  accountId: string;
  displayName: string;
  emailAddress?: string;
  avatarUrl?: string;
  active?: boolean;
  accountType?: JiraAccountType;
};

export type JiraUsers = {
  users: Array<JiraUser>;
};

export type JiraVisibility = {
  type: JiraVisibilityType;
  /** The name of the role or group; absent if Jira does not tell. */
  value?: string | undefined;
  /** Its id, which stays when it is renamed; absent if Jira does not tell. */
  identifier?: string | undefined;
};

export type JiraVisibilityType = 'role' | 'group';

export type JiraWritableField = {
  id: string;
  name: string;
  type: JiraFieldType;
  items?: string;
  required: boolean;
  has_default: boolean;
  default?: unknown;
  allowed_values?: Array<JiraAllowedValue>;
  operations: Array<string>;
};

export type JiraWritableFields = {
  fields: Array<JiraWritableField>;
};

export type OAuthInitiate = {
  provider?: string | undefined;
  external_id?: Id | undefined;
  /** That of a connect session, in the place of the other two. */
  session_token?: string | undefined;
};

export type OAuthInitiated = {
  authorization_uri: string;
};

export type ServerChecks = {
  store: ServerPartState;
  cache: ServerPartState;
};

export type ServerFine = 'ok';

export type ServerHealth = {
  status: ServerFine;
};

export type ServerPartState = 'ok' | 'unavailable';

export type ServerReadiness = {
  status: ServerFine;
  checks: ServerChecks;
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

export type ConnectionsCheckValidityParameters = {
  /** Your own id of the customer, as given when the connection was made: 1 to 255 bytes. */
  external_id: Id;
  provider: string;
};

export type ConnectionsGetCredentialsParameters = ConnectionsCheckValidityParameters;

export type ConnectionsGetAccessTokenParameters = ConnectionsCheckValidityParameters;

export type ConnectionsDeleteParameters = ConnectionsCheckValidityParameters;

export type ConnectionsListParameters = {
  provider?: string | undefined;
  state?: ConnectionState | undefined;
  external_id_prefix?: string | undefined;
  limit?: number | undefined;
  /** The `next_cursor` of the answer before, for the same connections. */
  cursor?: string | undefined;
};

export type ConnectionsGetParameters = {
  connection_id: string;
};

export type ConnectionsDeleteByIdParameters = ConnectionsGetParameters;

export type ConnectionsTimelineParameters = {
  connection_id: string;
  limit?: number | undefined;
  /** Where to begin: the `next_cursor` of the page before. */
  cursor?: string | undefined;
};

export type EventsListParameters = {
  /** Behind what to go on: the `next_cursor` of the answer before, or the `cursor` of an event. */
  after?: string | undefined;
  /** Those of this customer alone, by your own id. */
  external_id?: Id | undefined;
  types?: string | undefined;
  limit?: number | undefined;
  /** How many seconds to wait where there is no event yet; 0 if absent. */
  wait?: number | undefined;
};

export type EventsEraseParameters = {
  /** Those of this connection, which may be deleted. */
  connection_id?: string | undefined;
  /** Those of this customer, by your own id, whichever connections they have had. */
  external_id?: Id | undefined;
  /** Those about this account, by the provider's id. */
  account_id?: string | undefined;
  provider?: string | undefined;
};

export type EventEndpointsListParameters = {
  limit?: number | undefined;
  cursor?: string | undefined;
};

export type EventEndpointsGetParameters = {
  endpoint_id: string;
};

export type EventEndpointsDeleteParameters = EventEndpointsGetParameters;

export type EventEndpointsTestParameters = EventEndpointsGetParameters;

export type EventEndpointsPauseParameters = EventEndpointsGetParameters;

export type EventEndpointsResumeParameters = EventEndpointsGetParameters;

export type EventDeliveriesListParameters = {
  endpoint_id: string;
  state: EventDeliveryState;
  limit?: number | undefined;
  cursor?: string | undefined;
};

export type EventDeliveriesRetryParameters = {
  delivery_id: string;
};

export type JiraGetProjectParameters = {
  /** The id or key of a project; the selected one if it is absent. */
  jira_project_id?: Id | undefined;
};

export type JiraGetIssueTypesParameters = JiraGetProjectParameters;

export type JiraGetStatusesParameters = JiraGetProjectParameters;

export type JiraGetCreateFieldsParameters = {
  jira_project_id?: Id | undefined;
  /** The id of the type that the issue is to be of. */
  issue_type_id: Id;
};

export type JiraGetEditFieldsParameters = {
  issue_id_or_key: Id;
};

export type JiraSearchUsersParameters = {
  /** The beginning of a word of the name or of the address. */
  query: string;
  /** How many at most: 1 to 1000, and 50 if it is absent. */
  limit?: number | undefined;
};

export type JiraGetAssignableUsersParameters = {
  /** The id or key of a project, to whose new issues they may be assigned; the selected one if neither this nor an issue is named. */
  jira_project_id?: Id | undefined;
  /** The id or key of the issue that they may be assigned to, in place of a project. */
  issue_id_or_key?: Id | undefined;
  query?: string | undefined;
  limit?: number | undefined;
};

export type JiraGetTicketsForProjectParameters = {
  jira_project_id?: Id | undefined;
  /** Ids or exact names of fields, with commas between, or repeated; `all` for every field but comments, work logs and attachments. */
  fields?: string | undefined;
};

export type JiraGetBoardsForProjectParameters = JiraGetProjectParameters;

export type JiraGetAllSprintsForProjectParameters = JiraGetProjectParameters;

export type JiraGetActiveSprintsForProjectParameters = JiraGetProjectParameters;

export type JiraGetTicketsForSprintParameters = {
  /** Jira's id of the sprint, as the sprint endpoints give it. */
  sprint_id: Id;
  fields?: string | undefined;
};

export type JiraGetIssueDetailsParameters = JiraGetEditFieldsParameters;

export type JiraGetChangelogParameters = JiraGetEditFieldsParameters;

export type JiraDeleteIssueParameters = {
  issue_id_or_key: Id;
  /** Whether to delete its subtasks too; an issue that has some is not deleted otherwise. */
  delete_subtasks?: boolean | undefined;
};

export type JiraGetTransitionsParameters = JiraGetEditFieldsParameters;

export type JiraGetCommentsParameters = JiraGetEditFieldsParameters;

export type JiraDeleteCommentParameters = {
  issue_id_or_key: Id;
  comment_id: Id;
};
