/** Answers that are lost between a real server and us: what is tried again is done once. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { type Jira, Juncture, JunctureError, OutcomeUnknown } from "@juncture/sdk";
import { connect, sandbox } from "./support/customer.js";
import { type CuttingProxy, type Fate, startCuttingProxy } from "./support/cutting_proxy.js";
import { SECRET_KEY, type World, startWorld } from "./support/processes.js";

const BUG = "10004";
let world: World;
let proxy: CuttingProxy;
let jira: Jira;
let patientJira: Jira;

before(async () => {
  world = await startWorld();
  proxy = await startCuttingProxy(world.juncture);
  const options = { baseUrl: proxy.url, secretKey: SECRET_KEY, retryDelayMs: 1 };
  const juncture = new Juncture(options);
  await connect(world, juncture, "customer-1");
  jira = juncture.jira("customer-1");
  await jira.projects.select("SHOP");
  patientJira = new Juncture({ ...options, maxRetries: 0 }).jira("customer-1");
});
beforeEach(() => {
  proxy.seen = [];
  proxy.fates = [];
});
after(async () => {
  await proxy?.stop();
  await world?.stop();
});

/** How many tickets have this summary. */
async function made(summary: string): Promise<number> {
  const { tickets } = await jira.tickets.list();
  return tickets.filter((ticket) => ticket.summary === summary).length;
}

const page = { headers: { "content-type": "text/html" }, body: "<h1>Bad gateway</h1>" };
const fates: [string, Fate][] = [
  ["lost", "lost"],
  ["cut in its middle", "cut"],
  ["replaced by a 502 of a gateway", { status: 502, ...page }],
  ["replaced by a 504 of a gateway", { status: 504, ...page }],
  ["replaced by half of a JSON", { status: 201, headers: { "content-type": "application/json" }, body: '{"ticket":{"ke' }],
];

for (const [what, fate] of fates) {
  test(`a ticket whose answer is ${what} is asked for again with its key, and made once`, async () => {
    const summary = `Answer ${what}`;
    proxy.fates = [fate];
    const { ticket } = await jira.tickets.create({ issue_type_id: BUG, summary });
    assert.equal(ticket.summary, summary);
    const keys = proxy.seen.map(({ key }) => key);
    assert.deepEqual(keys, [keys[0], keys[0]]);
    assert.match(keys[0]!, /^[0-9a-f-]{36}$/);
    assert.equal(await made(summary), 1);
  });

  test(`a change whose answer is ${what} is not asked for again`, async () => {
    const { tickets } = await jira.tickets.list();
    proxy.fates = [fate];
    proxy.seen = [];
    await assert.rejects(jira.issues.edit(tickets[0]!.key, { labels_add: ["once"] }), (error) => {
      assert.ok(error instanceof OutcomeUnknown);
      assert.ok(["network_error", "invalid_answer"].includes(error.code), error.code);
      return true;
    });
    assert.equal(proxy.seen.length, 1);
  });

  test(`a list whose answer is ${what} is asked for again`, async () => {
    proxy.fates = [fate];
    assert.ok((await jira.projects.list()).projects.length > 0);
    assert.equal(proxy.seen.length, 2);
  });
}

test("many tickets and comments are made once, too", async () => {
  proxy.fates = ["lost", "lost"];
  const { results } = await jira.tickets.createMany([
    { issue_type_id: BUG, summary: "One of two" },
    { issue_type_id: BUG, summary: "Two of two" },
  ]);
  assert.equal(results.length, 2);
  assert.deepEqual([await made("One of two"), await made("Two of two")], [1, 1]);
  const [first] = results;
  assert.ok(first && "ticket" in first);
  proxy.fates = ["cut"];
  await jira.comments.add(first.ticket.key, { body: "Once" });
  assert.equal((await jira.comments.list(first.ticket.key)).comments.length, 1);
});

test("a creation that is given up tells its key, with which it goes on", async () => {
  const ticket = { issue_type_id: BUG, summary: "Given up" };
  proxy.fates = ["lost"];
  const error = await patientJira.tickets.create(ticket).catch((error: unknown) => error);
  assert.ok(error instanceof OutcomeUnknown);
  assert.equal(error.code, "network_error");
  await patientJira.tickets.create(ticket, { idempotencyKey: error.idempotencyKey });
  assert.equal(await made("Given up"), 1);
});

test("a key of one's own is sent as it is, and for something else refused", async () => {
  const idempotencyKey = "order-17";
  await jira.tickets.create({ issue_type_id: BUG, summary: "Order 17" }, { idempotencyKey });
  assert.equal(proxy.seen[0]!.key, idempotencyKey);
  await assert.rejects(jira.tickets.create({ issue_type_id: BUG, summary: "Order 18" }, { idempotencyKey }), {
    code: "idempotency_key_reused",
    status: 409,
    idempotencyKey,
  });
});

test("two at once with one key get the same ticket", async () => {
  const options = { idempotencyKey: "double-click" };
  await sandbox(world, "POST", "faults", {
    path: "/ex/jira", match: "prefix", method: "POST", times: 2, act: true, fault: { kind: "latency", milliseconds: 300 },
  });
  const ticket = { issue_type_id: BUG, summary: "Double click" };
  const [one, other] = await Promise.all([jira.tickets.create(ticket, options), jira.tickets.create(ticket, options)]);
  assert.equal(one.ticket.key, other.ticket.key);
  assert.equal(await made("Double click"), 1);
});

test("a gateway's refusal of a change is not taken for a doubt", async () => {
  proxy.fates = [{ status: 403, ...page }];
  const error = await jira.issues.delete("SHOP-1").catch((error: unknown) => error);
  assert.ok(error instanceof JunctureError && !(error instanceof OutcomeUnknown));
  assert.deepEqual([error.code, error.status], ["invalid_answer", 403]);
});
