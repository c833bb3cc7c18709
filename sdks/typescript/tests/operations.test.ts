/** Every operation of openapi.json has its method: each is called, and reaches just that operation. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Juncture } from "@juncture/sdk";
import { connect, consent, facts } from "./support/customer.js";
import { SECRET_KEY, type World, startWorld } from "./support/processes.js";
import { documentPath } from "./support/folders.js";

interface Described {
  tags: string[];
  parameters?: { name: string; in: string }[];
}
const document = JSON.parse(readFileSync(documentPath, "utf8")) as { paths: Record<string, Record<string, Described>> };

const provider = "jira";
const external_id = "customer-1";
const subject = { provider, external_id };
const BUG = "10004";

let world: World;
let juncture: Juncture;
/** The requests that were made. */
let requests: Request[] = [];

before(async () => {
  world = await startWorld();
  juncture = new Juncture({
    baseUrl: world.juncture,
    secretKey: SECRET_KEY,
    fetch: (url, init) => {
      requests.push(new Request(url, init));
      return fetch(url, init);
    },
  });
  await connect(world, juncture, external_id);
  await juncture.jira(external_id).projects.select("SHOP");
});

after(() => world?.stop());

const jira = () => juncture.jira(external_id);
const someKey = async () => (await jira().tickets.list()).tickets[0]!.key;
const newKey = async () =>
  (await jira().tickets.create({ issue_type_id: BUG, summary: "Made by a test" })).ticket.key;
const newComment = async (key: string) => (await jira().comments.add(key, { body: "One" })).comment.id;
const flow = async () => (await juncture.connect.start({ provider, external_id: "another" })).authorization_uri;
const callbackOf = async () => Object.fromEntries(new URL(await consent(world, await flow())).searchParams) as { code: string; state: string };
const connectionCode = async () => {
  const { location } = await juncture.connect.callback({ provider, ...(await callbackOf()) });
  return location.split("/").at(-1)!;
};
const connectionId = async (external_id_prefix: string) =>
  (await juncture.connections.list({ external_id_prefix })).data[0]!.id;
/** An endpoint at which nobody is. */
const newEndpoint = () => juncture.eventEndpoints.create({ url: "https://app.invalid/hook" });
/** The link of a page on which a flow has failed. */
const failedFlow = async () => {
  const state = new URL(await flow()).searchParams.get("state")!;
  const page = await fetch(`${world.juncture}/api/frontend/oauth/authorization-callback/jira?error=access_denied&state=${encodeURIComponent(state)}`, { headers: { accept: "text/html" } });
  return /try-again\/jira\?flow=([\w-]+)/.exec(await page.text())![1]!;
};

/** Each operation through its one method. What is needed first is done first, and the last request is looked at. */
const calls: Record<string, () => Promise<unknown>> = {
  "POST /api/backend/connect-sessions": () => juncture.connect.createSession(subject),
  "POST /api/frontend/oauth/initiate-oauth-flow": () => juncture.connect.start(subject),
  "GET /api/frontend/oauth/authorization-callback/{provider}": async () =>
    juncture.connect.callback({ provider, ...(await callbackOf()) }),
  "GET /api/frontend/oauth/try-again/{provider}": async () => juncture.connect.tryAgain({ provider, flow: await failedFlow() }),
  "GET /api/frontend/finalize-connection/jira/fetch-available-sites": async () =>
    juncture.connect.sites({ connection_code: await connectionCode() }),
  "POST /api/frontend/finalize-connection/jira/create-connection": async () => {
    const connection_code = await connectionCode();
    return juncture.connect.chooseSite({ connection_code, site_id: (await facts(world)).sites[0]!.id });
  },
  "GET /api/backend/connection-info/check-connection-validity": () => juncture.connections.checkValidity(subject),
  "GET /api/backend/connection-info/get-connection-credentials": () => juncture.connections.credentials(subject),
  "GET /api/backend/connection-info/get-access-token": () => juncture.connections.accessToken(subject),
  "DELETE /api/backend/connection-info/delete-connection": async () => {
    await connect(world, juncture, "to-be-deleted");
    return juncture.connections.delete({ provider, external_id: "to-be-deleted" });
  },
  "GET /api/backend/connections": () =>
    juncture.connections.list({ provider, state: "active", external_id_prefix: "customer", limit: 5 }),
  "GET /api/backend/connections/{connection_id}": async () => juncture.connections.get(await connectionId(external_id)),
  "GET /api/backend/connections/{connection_id}/timeline": async () =>
    juncture.connections.timeline({ connection_id: await connectionId(external_id), limit: 5 }),
  "DELETE /api/backend/connections/{connection_id}": async () => {
    await connect(world, juncture, "to-be-deleted-too");
    return juncture.connections.deleteById(await connectionId("to-be-deleted-too"));
  },
  "GET /api/backend/events": async () => {
    for await (const event of juncture.events.follow({ external_id, types: "connection.created" })) {
      assert.equal(event.data.external_id, external_id);
      return event;
    }
    return undefined;
  },
  "DELETE /api/backend/events": async () => {
    await connect(world, juncture, "to-be-erased");
    return juncture.events.erase({ external_id: "to-be-erased" });
  },
  "POST /api/backend/event-endpoints": () => newEndpoint(),
  "GET /api/backend/event-endpoints": () => juncture.eventEndpoints.list({ limit: 5 }),
  "GET /api/backend/event-endpoints/{endpoint_id}": async () => juncture.eventEndpoints.get((await newEndpoint()).id),
  "PATCH /api/backend/event-endpoints/{endpoint_id}": async () =>
    juncture.eventEndpoints.update((await newEndpoint()).id, { mode: "thin" }),
  "DELETE /api/backend/event-endpoints/{endpoint_id}": async () => juncture.eventEndpoints.delete((await newEndpoint()).id),
  "POST /api/backend/event-endpoints/{endpoint_id}/test": async () => juncture.eventEndpoints.test((await newEndpoint()).id),
  "POST /api/backend/event-endpoints/{endpoint_id}/pause": async () => juncture.eventEndpoints.pause((await newEndpoint()).id),
  "POST /api/backend/event-endpoints/{endpoint_id}/resume": async () => juncture.eventEndpoints.resume((await newEndpoint()).id),
  "POST /api/backend/event-endpoints/{endpoint_id}/rotate-secret": async () =>
    juncture.eventEndpoints.rotateSecret((await newEndpoint()).id),
  "POST /api/backend/event-endpoints/{endpoint_id}/replay": async () =>
    juncture.eventEndpoints.replay((await newEndpoint()).id, { failed_only: true }),
  "GET /api/backend/event-deliveries": async () =>
    juncture.eventEndpoints.deliveries({ endpoint_id: (await newEndpoint()).id, state: "waiting", limit: 5 }),
  "POST /api/backend/event-deliveries/{delivery_id}/retry": async () => {
    const endpoint_id = (await newEndpoint()).id;
    await connect(world, juncture, "told-of");
    const { data } = await juncture.eventEndpoints.deliveries({ endpoint_id, state: "waiting" });
    return juncture.eventEndpoints.retry(data[0]!.id);
  },
  "GET /api/backend/jira/get-projects": () => jira().projects.list(),
  "POST /api/backend/jira/select-project": () => jira().projects.select("SHOP"),
  "GET /api/backend/jira/get-selected-project": () => jira().projects.selected(),
  "GET /api/backend/jira/get-project": () => jira().projects.get({ jira_project_id: "SHOP" }),
  "GET /api/backend/jira/get-issue-types": () => jira().issueTypes.list(),
  "GET /api/backend/jira/get-statuses": () => jira().statuses.list(),
  "GET /api/backend/jira/get-priorities": () => jira().priorities.list(),
  "GET /api/backend/jira/get-resolutions": () => jira().resolutions.list(),
  "GET /api/backend/jira/get-labels": () => jira().labels.list(),
  "GET /api/backend/jira/get-fields": () => jira().fields.list(),
  "GET /api/backend/jira/get-create-fields": () => jira().fields.forCreate({ issue_type_id: BUG }),
  "GET /api/backend/jira/get-edit-fields": async () => jira().fields.forEdit(await someKey()),
  "GET /api/backend/jira/search-users": () => jira().users.search({ query: "Ada" }),
  "GET /api/backend/jira/get-assignable-users": () => jira().users.assignable({ query: "Ada" }),
  "GET /api/backend/jira/get-current-user": () => jira().users.current(),
  "GET /api/backend/jira/get-tickets-for-project": () => jira().tickets.list({ fields: ["customfield_10108", "duedate"] }),
  "POST /api/backend/jira/search-issues": () => jira().issues.search({ jql: "project = SHOP", limit: 5 }),
  "POST /api/backend/jira/count-issues": () => jira().issues.count({ jql: "project = SHOP" }),
  "GET /api/backend/jira/get-boards-for-project": () => jira().boards.list(),
  "GET /api/backend/jira/get-all-sprints-for-project": () => jira().sprints.list(),
  "GET /api/backend/jira/get-active-sprints-for-project": () => jira().sprints.active(),
  "GET /api/backend/jira/get-tickets-for-sprint": async () => {
    const { boards } = await jira().sprints.list();
    return jira().sprints.tickets(boards.flatMap((board) => board.sprints)[0]!.id, { fields: ["customfield_10108", "duedate"] });
  },
  "GET /api/backend/jira/get-issue-details": async () => jira().issues.get(await someKey()),
  "GET /api/backend/jira/get-changelog": async () => jira().issues.changelog(await someKey()),
  "PUT /api/backend/jira/edit-issue": async () => jira().issues.edit(await newKey(), { summary: "Another" }),
  "POST /api/backend/jira/create-ticket": () => jira().tickets.create({ issue_type_id: BUG, summary: "One" }),
  "POST /api/backend/jira/create-tickets": () => jira().tickets.createMany([{ issue_type_id: BUG, summary: "One of many" }]),
  "DELETE /api/backend/jira/delete-issue": async () => jira().issues.delete(await newKey(), { delete_subtasks: true }),
  "GET /api/backend/jira/get-transitions": async () => jira().issues.transitions(await someKey()),
  "POST /api/backend/jira/transition-issue": async () => jira().issues.transition(await newKey(), { to_category: "done" }),
  "GET /api/backend/jira/get-comments": async () => jira().comments.list(await someKey()),
  "POST /api/backend/jira/add-comment": async () => jira().comments.add(await newKey(), { body: "I see it *too*." }),
  "PUT /api/backend/jira/edit-comment": async () => {
    const key = await newKey();
    return jira().comments.edit(key, await newComment(key), { body: "Two" });
  },
  "DELETE /api/backend/jira/delete-comment": async () => {
    const key = await newKey();
    return jira().comments.delete(key, await newComment(key));
  },
  "GET /healthz": () => juncture.health.live(),
  "GET /readyz": () => juncture.health.ready(),
  "GET /metrics": () => juncture.health.metrics(),
};
// What Jira says to it does not matter here.
for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
  calls[`${method} /api/backend/proxy/{provider}/{path}`] = () => jira().fetch("/rest/api/3/myself", { method });

const methods = ["get", "post", "put", "delete", "patch", "head", "options"];
for (const [path, operations] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(operations).filter(([name]) => methods.includes(name))) {
    // What whoever runs the server does is not for a product's back end, whose client this is.
    if (operation.tags.includes("Admin")) continue;
    const name = `${method.toUpperCase()} ${path}`;
    test(name, async () => {
      const call = calls[name];
      assert.ok(call, `${name} has no method in the SDK, or none in this test`);
      requests = [];
      const answer = await call();
      assert.notEqual(answer, undefined);
      const request = requests.at(-1)!;
      assert.equal(request.method, method.toUpperCase());
      const { pathname, searchParams } = new URL(request.url);
      const pattern = new RegExp(`^${path.replace(/\{\*?\w+\}/g, ".+")}$`);
      assert.match(pathname, pattern);
      // What stands in the address is documented there, and what is done once has a key.
      const documented = (place: string) => (operation.parameters ?? []).filter((it) => it.in === place).map((it) => it.name);
      for (const parameter of searchParams.keys()) assert.ok(documented("query").includes(parameter), parameter);
      assert.equal(request.headers.has("idempotency-key"), documented("header").includes("Idempotency-Key"));
    });
  }
}

test("a search goes on from page to page, and each issue comes once", async () => {
  requests = [];
  const keys: string[] = [];
  for await (const issue of jira().issues.searchAll({ jql: "project = SHOP ORDER BY created", limit: 15 })) keys.push(issue.key);
  const { issues } = await jira().issues.search({ jql: "project = SHOP ORDER BY created" });
  assert.deepEqual(keys, issues.map((issue) => issue.key));
  assert.ok(requests.length > 3, `${requests.length} requests`);
});

test("a search that nobody reads on asks for no more pages", async () => {
  requests = [];
  for await (const issue of jira().issues.searchAll({ jql: "project = SHOP", limit: 5 })) {
    assert.match(issue.key, /^SHOP-/);
    break;
  }
  assert.equal(requests.length, 1);
});
