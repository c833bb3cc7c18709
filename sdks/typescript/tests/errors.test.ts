/** Each class of failure, met at a real server. */

import assert from "node:assert/strict";
import { inspect } from "node:util";
import { after, before, beforeEach, test } from "node:test";
import { Juncture, JunctureError, MissingScope, NeedsReauthorization, OutcomeUnknown, RateLimited } from "@juncture/sdk";
import { connect, facts, sandbox } from "./support/customer.js";
import { SECRET_KEY, type World, freePort, startWorld } from "./support/processes.js";

const BUG = "10004";
const external_id = "customer-1";
let world: World;
let juncture: Juncture;

before(async () => {
  world = await startWorld();
  juncture = new Juncture({ baseUrl: world.juncture, secretKey: SECRET_KEY, maxRetries: 0 });
  await connect(world, juncture, external_id);
  await juncture.jira(external_id).projects.select("SHOP");
});
beforeEach(() => sandbox(world, "DELETE", "faults"));
after(() => world?.stop());

/** The failure that a call ends with. */
async function failure(call: Promise<unknown>): Promise<JunctureError> {
  const error = await call.then(
    () => assert.fail("it succeeds"),
    (error: unknown) => error,
  );
  assert.ok(error instanceof JunctureError, inspect(error));
  return error;
}

const fault = (path: string, rest: object) => sandbox(world, "POST", "faults", { path, match: "prefix", ...rest });
const ticket = { issue_type_id: BUG, summary: "Made by a test" };

test("a refusal tells code, status, details and the request's id", async () => {
  const error = await failure(juncture.jira(external_id).tickets.create({ ...ticket, due_date: "soon" }));
  assert.equal(error.constructor, JunctureError);
  assert.deepEqual([error.code, error.status], ["invalid_fields", 400]);
  const { fields } = error.details as { fields: { id: string; reason: string }[] };
  assert.deepEqual(fields.map(({ id, reason }) => [id, reason]), [["duedate", "not_a_date"]]);
  assert.match(error.requestId!, /\S/);
  assert.match(error.idempotencyKey!, /^[0-9a-f-]{36}$/);
});

test("an unknown customer is connection_not_found", async () => {
  const error = await failure(juncture.jira("nobody").projects.list());
  assert.deepEqual([error.code, error.status], ["connection_not_found", 404]);
});

test("a wrong secret key is told, and shown nowhere", async () => {
  const secretKey = "another-key-of-somebody";
  const error = await failure(new Juncture({ baseUrl: world.juncture, secretKey }).jira(external_id).projects.list());
  assert.deepEqual([error.code, error.status], ["invalid_secret_key", 401]);
  assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(secretKey));
});

test("OutcomeUnknown where Jira's answer to a change is lost", async () => {
  const { tickets } = await juncture.jira(external_id).tickets.list();
  await fault(`/ex/jira`, { method: "PUT", act: true, fault: { kind: "cut" } });
  const error = await failure(juncture.jira(external_id).issues.edit(tickets[0]!.key, { summary: "Changed" }));
  assert.ok(error instanceof OutcomeUnknown, inspect(error));
  assert.equal(error.code, "outcome_unknown");
});

test("MissingScope names what the grant lacks", async () => {
  const few = await startWorld({ DEFAULT_JIRA_SCOPES: "read:jira-work" });
  try {
    const poor = new Juncture({ baseUrl: few.juncture, secretKey: SECRET_KEY });
    await connect(few, poor, external_id);
    const error = await failure(poor.jira(external_id).tickets.create({ ...ticket, jira_project_id: "SHOP" }));
    assert.ok(error instanceof MissingScope, inspect(error));
    assert.ok(error.scopes.includes("write:jira-work"), `${error.scopes}`);
  } finally {
    await few.stop();
  }
});

test("NeedsReauthorization when the customer has taken the access back, and connecting again helps", async () => {
  const { users } = await facts(world);
  await sandbox(world, "POST", "revoke", { account_id: users[0]!.account_id });
  const error = await failure(juncture.jira(external_id).projects.list());
  assert.ok(error instanceof NeedsReauthorization, inspect(error));
  assert.equal(error.status, 403);
  await connect(world, juncture, external_id);
  assert.ok((await juncture.jira(external_id).projects.list()).projects.length > 0);
});

test("nobody there is network_error, though it was a change: nothing was sent", async () => {
  const baseUrl = `http://127.0.0.1:${await freePort()}`;
  const nobody = new Juncture({ baseUrl, secretKey: SECRET_KEY, maxRetries: 1, retryDelayMs: 1 });
  const error = await failure(nobody.jira(external_id).issues.edit("A-1", { summary: "x" }));
  assert.equal(error.constructor, JunctureError);
  assert.deepEqual([error.code, error.status], ["network_error", undefined]);
  assert.ok(error.cause instanceof Error);
});

test("a server that is none of Juncture's is invalid_answer", async () => {
  const other = new Juncture({ baseUrl: `${world.sandbox}/_sandbox`, secretKey: SECRET_KEY });
  const error = await failure(other.jira(external_id).projects.list());
  assert.equal(error.code, "invalid_answer");
  assert.match(error.message, /not Juncture: check baseUrl/);
});

// The last one: whoever has been told to wait is not asked again before.
test("RateLimited says when to come again", async () => {
  const limit = { kind: "status", status: 429, retry_after: { seconds: 3_000 } };
  await fault("/ex/jira", { times: "forever", fault: limit });
  const error = await failure(juncture.jira(external_id).labels.list());
  assert.ok(error instanceof RateLimited, inspect(error));
  assert.deepEqual([error.code, error.status], ["upstream_rate_limited", 429]);
  assert.ok(error.retryAfter! > 2_900, `${error.retryAfter}`);
});
