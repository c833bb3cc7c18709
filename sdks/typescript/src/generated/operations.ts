// Made from openapi.json by scripts/generate.mjs; do not edit.

import type {
  Access,
  ActiveSprints,
  AllSprints,
  Boards,
  CallbackParameters,
  CheckValidityParameters,
  CreateConnection,
  CreateTicket,
  CreateTickets,
  Created,
  CreatedTickets,
  Credentials,
  DeleteConnectionParameters,
  DeleteIssueParameters,
  Details,
  Done,
  EditIssue,
  Edited,
  FetchAvailableSitesParameters,
  GetAccessTokenParameters,
  GetActiveSprintsForProjectParameters,
  GetAllSprintsForProjectParameters,
  GetBoardsForProjectParameters,
  GetCredentialsParameters,
  GetIssueDetailsParameters,
  GetTicketsForProjectParameters,
  GetTicketsForSprintParameters,
  Initiate,
  Initiated,
  JiraChangelog,
  JiraCommentAnswer,
  JiraCommentChanges,
  JiraComments,
  JiraCountIssues,
  JiraCurrentUser,
  JiraDeleteCommentParameters,
  JiraEditedComment,
  JiraFields,
  JiraGetAssignableUsersParameters,
  JiraGetChangelogParameters,
  JiraGetCommentsParameters,
  JiraGetCreateFieldsParameters,
  JiraGetEditFieldsParameters,
  JiraGetIssueTypesParameters,
  JiraGetProjectParameters,
  JiraGetStatusesParameters,
  JiraGetTransitionsParameters,
  JiraIssueCount,
  JiraIssueTypes,
  JiraLabels,
  JiraMoved,
  JiraNewComment,
  JiraPriorities,
  JiraProject,
  JiraResolutions,
  JiraSearchIssues,
  JiraSearchResult,
  JiraSearchUsersParameters,
  JiraStatuses,
  JiraTransitionWish,
  JiraTransitions,
  JiraUsers,
  JiraWritableFields,
  Projects,
  SelectProject,
  Selected,
  Sites,
  SprintTickets,
  Tickets,
  TryAgainParameters,
  Validity,
} from "./types.gen.js";

/** What each operation takes and gives; `once`: it is done once for its idempotency key. */
export interface Operations {
  "POST /api/frontend/oauth/initiate-oauth-flow": { takes: Initiate; gives: Initiated };
  "GET /api/frontend/oauth/authorization-callback/{provider}": { takes: CallbackParameters; gives: unknown };
  "GET /api/frontend/oauth/try-again/{provider}": { takes: TryAgainParameters; gives: unknown };
  "GET /api/frontend/finalize-connection/jira/fetch-available-sites": { takes: FetchAvailableSitesParameters; gives: Sites };
  "POST /api/frontend/finalize-connection/jira/create-connection": { takes: CreateConnection; gives: Done };
  "GET /api/backend/connection-info/check-connection-validity": { takes: CheckValidityParameters; gives: Validity };
  "GET /api/backend/connection-info/get-connection-credentials": { takes: GetCredentialsParameters; gives: Credentials };
  "GET /api/backend/connection-info/get-access-token": { takes: GetAccessTokenParameters; gives: Access };
  "DELETE /api/backend/connection-info/delete-connection": { takes: DeleteConnectionParameters; gives: Done };
  "GET /api/backend/jira/get-projects": { takes: object; gives: Projects };
  "POST /api/backend/jira/select-project": { takes: SelectProject; gives: Done };
  "GET /api/backend/jira/get-selected-project": { takes: object; gives: Selected };
  "GET /api/backend/jira/get-project": { takes: JiraGetProjectParameters; gives: JiraProject };
  "GET /api/backend/jira/get-issue-types": { takes: JiraGetIssueTypesParameters; gives: JiraIssueTypes };
  "GET /api/backend/jira/get-statuses": { takes: JiraGetStatusesParameters; gives: JiraStatuses };
  "GET /api/backend/jira/get-priorities": { takes: object; gives: JiraPriorities };
  "GET /api/backend/jira/get-resolutions": { takes: object; gives: JiraResolutions };
  "GET /api/backend/jira/get-labels": { takes: object; gives: JiraLabels };
  "GET /api/backend/jira/get-fields": { takes: object; gives: JiraFields };
  "GET /api/backend/jira/get-create-fields": { takes: JiraGetCreateFieldsParameters; gives: JiraWritableFields };
  "GET /api/backend/jira/get-edit-fields": { takes: JiraGetEditFieldsParameters; gives: JiraWritableFields };
  "GET /api/backend/jira/search-users": { takes: JiraSearchUsersParameters; gives: JiraUsers };
  "GET /api/backend/jira/get-assignable-users": { takes: JiraGetAssignableUsersParameters; gives: JiraUsers };
  "GET /api/backend/jira/get-current-user": { takes: object; gives: JiraCurrentUser };
  "GET /api/backend/jira/get-tickets-for-project": { takes: GetTicketsForProjectParameters; gives: Tickets };
  "POST /api/backend/jira/search-issues": { takes: JiraSearchIssues; gives: JiraSearchResult };
  "POST /api/backend/jira/count-issues": { takes: JiraCountIssues; gives: JiraIssueCount };
  "GET /api/backend/jira/get-boards-for-project": { takes: GetBoardsForProjectParameters; gives: Boards };
  "GET /api/backend/jira/get-all-sprints-for-project": { takes: GetAllSprintsForProjectParameters; gives: AllSprints };
  "GET /api/backend/jira/get-active-sprints-for-project": { takes: GetActiveSprintsForProjectParameters; gives: ActiveSprints };
  "GET /api/backend/jira/get-tickets-for-sprint": { takes: GetTicketsForSprintParameters; gives: SprintTickets };
  "GET /api/backend/jira/get-issue-details": { takes: GetIssueDetailsParameters; gives: Details };
  "GET /api/backend/jira/get-changelog": { takes: JiraGetChangelogParameters; gives: JiraChangelog };
  "PUT /api/backend/jira/edit-issue": { takes: EditIssue; gives: Edited };
  "POST /api/backend/jira/create-ticket": { takes: CreateTicket; gives: Created; once: true };
  "DELETE /api/backend/jira/delete-issue": { takes: DeleteIssueParameters; gives: Done };
  "GET /api/backend/jira/get-transitions": { takes: JiraGetTransitionsParameters; gives: JiraTransitions };
  "POST /api/backend/jira/transition-issue": { takes: JiraTransitionWish; gives: JiraMoved };
  "GET /api/backend/jira/get-comments": { takes: JiraGetCommentsParameters; gives: JiraComments };
  "POST /api/backend/jira/add-comment": { takes: JiraNewComment; gives: JiraCommentAnswer; once: true };
  "PUT /api/backend/jira/edit-comment": { takes: JiraCommentChanges; gives: JiraEditedComment };
  "DELETE /api/backend/jira/delete-comment": { takes: JiraDeleteCommentParameters; gives: Done };
  "POST /api/backend/jira/create-tickets": { takes: CreateTickets; gives: CreatedTickets; once: true };
  "GET /healthz": { takes: object; gives: unknown };
  "GET /readyz": { takes: object; gives: unknown };
  "GET /metrics": { takes: object; gives: string };
}
