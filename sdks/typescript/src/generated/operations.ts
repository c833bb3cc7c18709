// Made from openapi.json by scripts/generate.mjs; do not edit.

import type {
  ConnectCreateSession,
  ConnectSession,
  Connection,
  ConnectionAccessToken,
  ConnectionCredentials,
  ConnectionList,
  ConnectionTimeline,
  ConnectionValidity,
  ConnectionsCheckValidityParameters,
  ConnectionsDeleteByIdParameters,
  ConnectionsDeleteParameters,
  ConnectionsGetAccessTokenParameters,
  ConnectionsGetCredentialsParameters,
  ConnectionsGetParameters,
  ConnectionsListParameters,
  ConnectionsTimelineParameters,
  Done,
  EventAttempt,
  EventCreateEndpoint,
  EventDeliveriesListParameters,
  EventDeliveriesRetryParameters,
  EventDeliveryPage,
  EventEndpoint,
  EventEndpointPage,
  EventEndpointSecret,
  EventEndpointsDeleteParameters,
  EventEndpointsGetParameters,
  EventEndpointsListParameters,
  EventEndpointsPauseParameters,
  EventEndpointsResumeParameters,
  EventEndpointsTestParameters,
  EventErasure,
  EventNewEndpoint,
  EventPage,
  EventReplay,
  EventRotateSecret,
  EventStartReplay,
  EventUpdateEndpoint,
  EventsEraseParameters,
  EventsListParameters,
  JiraActiveSprints,
  JiraAllSprints,
  JiraBoards,
  JiraChangelog,
  JiraCommentAnswer,
  JiraCommentChanges,
  JiraComments,
  JiraCountIssues,
  JiraCurrentUser,
  JiraDeleteCommentParameters,
  JiraDeleteIssueParameters,
  JiraEdited,
  JiraEditedComment,
  JiraFetchAvailableSitesParameters,
  JiraFields,
  JiraGetActiveSprintsForProjectParameters,
  JiraGetAllSprintsForProjectParameters,
  JiraGetAssignableUsersParameters,
  JiraGetBoardsForProjectParameters,
  JiraGetChangelogParameters,
  JiraGetCommentsParameters,
  JiraGetCreateFieldsParameters,
  JiraGetEditFieldsParameters,
  JiraGetIssueDetailsParameters,
  JiraGetIssueTypesParameters,
  JiraGetProjectParameters,
  JiraGetStatusesParameters,
  JiraGetTicketsForProjectParameters,
  JiraGetTicketsForSprintParameters,
  JiraGetTransitionsParameters,
  JiraIssueAnswer,
  JiraIssueChanges,
  JiraIssueCount,
  JiraIssueTypes,
  JiraLabels,
  JiraMoved,
  JiraNewComment,
  JiraNewTicket,
  JiraNewTickets,
  JiraPriorities,
  JiraProjectDetails,
  JiraProjectSelection,
  JiraProjects,
  JiraResolutions,
  JiraSearchIssues,
  JiraSearchResult,
  JiraSearchUsersParameters,
  JiraSelectedProject,
  JiraSiteChoice,
  JiraSites,
  JiraSprintTickets,
  JiraStatuses,
  JiraTicketAnswer,
  JiraTicketResults,
  JiraTickets,
  JiraTransitionWish,
  JiraTransitions,
  JiraUsers,
  JiraWritableFields,
  OAuthInitiate,
  OAuthInitiated,
  OauthCallbackParameters,
  OauthTryAgainParameters,
  ServerHealth,
  ServerReadiness,
} from "./types.gen.js";

/** What each operation takes and gives; `once`: it is done once for its idempotency key. */
export interface Operations {
  "POST /api/frontend/oauth/initiate-oauth-flow": { takes: OAuthInitiate; gives: OAuthInitiated };
  "GET /api/frontend/oauth/authorization-callback/{provider}": { takes: OauthCallbackParameters; gives: string };
  "GET /api/frontend/oauth/try-again/{provider}": { takes: OauthTryAgainParameters; gives: unknown };
  "GET /api/frontend/finalize-connection/jira/fetch-available-sites": { takes: JiraFetchAvailableSitesParameters; gives: JiraSites };
  "POST /api/frontend/finalize-connection/jira/create-connection": { takes: JiraSiteChoice; gives: Done };
  "GET /api/backend/connection-info/check-connection-validity": { takes: ConnectionsCheckValidityParameters; gives: ConnectionValidity };
  "GET /api/backend/connection-info/get-connection-credentials": { takes: ConnectionsGetCredentialsParameters; gives: ConnectionCredentials };
  "GET /api/backend/connection-info/get-access-token": { takes: ConnectionsGetAccessTokenParameters; gives: ConnectionAccessToken };
  "DELETE /api/backend/connection-info/delete-connection": { takes: ConnectionsDeleteParameters; gives: Done };
  "GET /api/backend/connections": { takes: ConnectionsListParameters; gives: ConnectionList };
  "GET /api/backend/connections/{connection_id}": { takes: ConnectionsGetParameters; gives: Connection };
  "DELETE /api/backend/connections/{connection_id}": { takes: ConnectionsDeleteByIdParameters; gives: Done };
  "GET /api/backend/connections/{connection_id}/timeline": { takes: ConnectionsTimelineParameters; gives: ConnectionTimeline };
  "POST /api/backend/connect-sessions": { takes: ConnectCreateSession; gives: ConnectSession; once: true };
  "GET /api/backend/events": { takes: EventsListParameters; gives: EventPage };
  "DELETE /api/backend/events": { takes: EventsEraseParameters; gives: EventErasure };
  "GET /api/backend/event-endpoints": { takes: EventEndpointsListParameters; gives: EventEndpointPage };
  "POST /api/backend/event-endpoints": { takes: EventCreateEndpoint; gives: EventNewEndpoint; once: true };
  "GET /api/backend/event-endpoints/{endpoint_id}": { takes: EventEndpointsGetParameters; gives: EventEndpoint };
  "DELETE /api/backend/event-endpoints/{endpoint_id}": { takes: EventEndpointsDeleteParameters; gives: Done };
  "PATCH /api/backend/event-endpoints/{endpoint_id}": { takes: EventUpdateEndpoint; gives: EventEndpoint };
  "POST /api/backend/event-endpoints/{endpoint_id}/test": { takes: EventEndpointsTestParameters; gives: EventAttempt };
  "POST /api/backend/event-endpoints/{endpoint_id}/pause": { takes: EventEndpointsPauseParameters; gives: EventEndpoint };
  "POST /api/backend/event-endpoints/{endpoint_id}/resume": { takes: EventEndpointsResumeParameters; gives: EventEndpoint };
  "POST /api/backend/event-endpoints/{endpoint_id}/rotate-secret": { takes: EventRotateSecret; gives: EventEndpointSecret };
  "POST /api/backend/event-endpoints/{endpoint_id}/replay": { takes: EventStartReplay; gives: EventReplay };
  "GET /api/backend/event-deliveries": { takes: EventDeliveriesListParameters; gives: EventDeliveryPage };
  "POST /api/backend/event-deliveries/{delivery_id}/retry": { takes: EventDeliveriesRetryParameters; gives: Done };
  "GET /api/backend/jira/get-projects": { takes: object; gives: JiraProjects };
  "POST /api/backend/jira/select-project": { takes: JiraProjectSelection; gives: Done };
  "GET /api/backend/jira/get-selected-project": { takes: object; gives: JiraSelectedProject };
  "GET /api/backend/jira/get-project": { takes: JiraGetProjectParameters; gives: JiraProjectDetails };
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
  "GET /api/backend/jira/get-tickets-for-project": { takes: JiraGetTicketsForProjectParameters; gives: JiraTickets };
  "POST /api/backend/jira/search-issues": { takes: JiraSearchIssues; gives: JiraSearchResult };
  "POST /api/backend/jira/count-issues": { takes: JiraCountIssues; gives: JiraIssueCount };
  "GET /api/backend/jira/get-boards-for-project": { takes: JiraGetBoardsForProjectParameters; gives: JiraBoards };
  "GET /api/backend/jira/get-all-sprints-for-project": { takes: JiraGetAllSprintsForProjectParameters; gives: JiraAllSprints };
  "GET /api/backend/jira/get-active-sprints-for-project": { takes: JiraGetActiveSprintsForProjectParameters; gives: JiraActiveSprints };
  "GET /api/backend/jira/get-tickets-for-sprint": { takes: JiraGetTicketsForSprintParameters; gives: JiraSprintTickets };
  "GET /api/backend/jira/get-issue-details": { takes: JiraGetIssueDetailsParameters; gives: JiraIssueAnswer };
  "GET /api/backend/jira/get-changelog": { takes: JiraGetChangelogParameters; gives: JiraChangelog };
  "PUT /api/backend/jira/edit-issue": { takes: JiraIssueChanges; gives: JiraEdited };
  "POST /api/backend/jira/create-ticket": { takes: JiraNewTicket; gives: JiraTicketAnswer; once: true };
  "DELETE /api/backend/jira/delete-issue": { takes: JiraDeleteIssueParameters; gives: Done };
  "GET /api/backend/jira/get-transitions": { takes: JiraGetTransitionsParameters; gives: JiraTransitions };
  "POST /api/backend/jira/transition-issue": { takes: JiraTransitionWish; gives: JiraMoved };
  "GET /api/backend/jira/get-comments": { takes: JiraGetCommentsParameters; gives: JiraComments };
  "POST /api/backend/jira/add-comment": { takes: JiraNewComment; gives: JiraCommentAnswer; once: true };
  "PUT /api/backend/jira/edit-comment": { takes: JiraCommentChanges; gives: JiraEditedComment };
  "DELETE /api/backend/jira/delete-comment": { takes: JiraDeleteCommentParameters; gives: Done };
  "POST /api/backend/jira/create-tickets": { takes: JiraNewTickets; gives: JiraTicketResults; once: true };
  "GET /healthz": { takes: object; gives: ServerHealth };
  "GET /readyz": { takes: object; gives: ServerReadiness };
  "GET /metrics": { takes: object; gives: string };
}
