// A client of Jira that knows nothing of Juncture makes the same calls of Jira itself and through the
// proxy, and gets the same.
//
// node compare.mjs '{"direct": {"host", "token"}, "proxied": {"host", "token", "externalId"}, "project": "KEY"}'
// prints {"same": [names], "failed": [names that fail on both sides alike], "different": {name: [direct, proxied]}}.
import { createAgileClient, createCloudClient } from "jira.js";
import { createClient } from "jira.js/core";

const { direct, proxied, project } = JSON.parse(process.argv[2]);

const connect = ({ host, token, externalId }) =>
  createClient({
    host,
    auth: { type: "bearer", token },
    headers: externalId ? { "x-juncture-external-id": externalId } : {},
  });

/** What is made anew on each side, under the name that it has on both. */
class Made {
  names = [];

  note(name, ...values) {
    for (const value of values) this.names.push([String(value), `<${name}>`]);
  }

  hide(result) {
    const text = JSON.stringify(result) ?? "nothing";
    return this.names.reduce((text, [value, name]) => text.replaceAll(value, name), text);
  }
}

async function run(client) {
  const [jira, agile, made] = [createCloudClient(client), createAgileClient(client), new Made()];
  const outcomes = new Map();
  const step = async (name, call) => {
    try {
      const result = await call();
      outcomes.set(name, { ok: made.hide(result) });
      return result;
    } catch (error) {
      const told = { name: error.name, status: error.status, detail: error.detail ?? error.message };
      outcomes.set(name, { failed: made.hide(told) });
      return undefined;
    }
  };

  await step("who I am", () => jira.myself.getCurrentUser());
  await step("projects", () => jira.projects.searchProjects({ maxResults: 50 }));
  const here = await step("project", () => jira.projects.getProject({ projectIdOrKey: project }));
  await step("statuses", () => jira.projects.getAllStatuses({ projectIdOrKey: project }));
  await step("fields", () => jira.issueFields.getFields());
  await step("labels", () => jira.labels.getAllLabels());
  const jql = `project = "${project}" AND summary ~ 'a' ORDER BY created DESC`;
  await step("search", () =>
    jira.issueSearch.searchAndReconsileIssuesUsingJql({ jql, fields: ["summary"], maxResults: 5 }),
  );
  await step("search by POST", () =>
    jira.issueSearch.searchAndReconsileIssuesUsingJqlPost({ jql, fields: ["summary"], maxResults: 5 }),
  );
  await step("count", () => jira.issueSearch.countIssues({ jql }));
  await step("a query that is none", () =>
    jira.issueSearch.searchAndReconsileIssuesUsingJql({ jql: "no = such and" }),
  );

  const type = here?.issueTypes?.find((type) => !type.subtask && type.hierarchyLevel === 0);
  const created = await step("create", async () => {
    const issue = await jira.issues.createIssue({
      fields: { project: { key: project }, issuetype: { id: type.id }, summary: "by a foreign client: äöü €" },
    });
    made.note("issue", issue.key, issue.id);
    return issue;
  });
  const issueIdOrKey = created?.key ?? "NONE-1";
  await step("get", () => jira.issues.getIssue({ issueIdOrKey, fields: ["summary", "status"] }));
  await step("edit", () =>
    jira.issues.editIssue({ issueIdOrKey, fields: { summary: "edited", labels: ["backend"] } }),
  );
  const { transitions = [] } = (await step("transitions", () => jira.issues.getTransitions({ issueIdOrKey }))) ?? {};
  await step("transition", () =>
    jira.issues.doTransition({ issueIdOrKey, transition: { id: transitions.at(-1).id } }),
  );
  const body = { type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text: "hm" }] }] };
  const comment = await step("comment", async () => {
    const comment = await jira.issueComments.addComment({ issueIdOrKey, body });
    made.note("comment", comment.id);
    return comment;
  });
  await step("comments", () => jira.issueComments.getComments({ issueIdOrKey }));
  await step("a comment goes", () => jira.issueComments.deleteComment({ issueIdOrKey, id: comment.id }));
  await step("property", () =>
    jira.issueProperties.setIssueProperty({ issueIdOrKey, propertyKey: "a key", body: { a: "ö" } }),
  );
  await step("read property", () =>
    jira.issueProperties.getIssueProperty({ issueIdOrKey, propertyKey: "a key" }),
  );
  await step("as it is now", () => jira.issues.getIssue({ issueIdOrKey, fields: ["summary", "status", "labels"] }));
  await step("an issue that is not there", () => jira.issues.getIssue({ issueIdOrKey: `${project}-999999` }));

  const boards = await step("boards", () => agile.board.getAllBoards({ projectKeyOrId: project }));
  const boardId = boards?.values?.[0]?.id ?? 0;
  await step("board", () => agile.board.getBoard({ boardId }));
  const sprints = await step("sprints", () => agile.board.getAllSprints({ boardId }));
  await step("sprint", () => agile.sprint.getSprint({ sprintId: sprints.values[0].id }));
  await step("issues of a sprint", () =>
    agile.sprint.getIssuesForSprint({ sprintId: sprints.values[0].id, fields: ["summary"], maxResults: 5 }),
  );
  await step("delete", () => jira.issues.deleteIssue({ issueIdOrKey }));
  await step("it is gone", () => jira.issues.getIssue({ issueIdOrKey }));
  return outcomes;
}

const [of, through] = [await run(connect(direct)), await run(connect(proxied))];
const told = { same: [], failed: [], different: {} };
for (const [name, outcome] of of) {
  const other = through.get(name);
  if (JSON.stringify(outcome) !== JSON.stringify(other)) told.different[name] = [outcome, other];
  else if (outcome.ok === undefined) told.failed.push(name);
  else told.same.push(name);
}
console.log(JSON.stringify(told));
