/** Jira's own API, through the raw proxy. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Fetch, Juncture, JunctureError, NeedsReauthorization, OutcomeUnknown } from "@juncture/sdk";
import { connect, facts, sandbox } from "./support/customer.js";
import { SECRET_KEY, type World, startWorld } from "./support/processes.js";

let world: World;
let juncture: Juncture;
/** Names that a header cannot hold, or would cut. */
const names = ["customer-1", "Kundin Ä", " with spaces ", "顧客", "a&b=c#d"];

before(async () => {
  world = await startWorld();
  juncture = new Juncture({ baseUrl: world.juncture, secretKey: SECRET_KEY });
  for (const name of names) await connect(world, juncture, name);
});
after(() => world?.stop());

test("a read and a write reach Jira, and its answer comes as it is", async () => {
  const jira = juncture.jira("customer-1");
  const found = await jira.fetch("/rest/api/3/search/jql?jql=project%20%3D%20SHOP&maxResults=3&fields=summary");
  assert.equal(found.status, 200);
  const { issues } = (await found.json()) as { issues: { key: string }[] };
  assert.equal(issues.length, 3);
  const path = `/rest/api/3/issue/${issues[0]!.key}`;
  const written = await jira.fetch(path, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ fields: { summary: "By the proxy" } }),
  });
  assert.equal(written.status, 204);
  assert.equal((await jira.issues.get(issues[0]!.key)).issue.summary, "By the proxy");
  const missing = await jira.fetch("/rest/api/3/issue/SHOP-99999");
  assert.equal(missing.status, 404);
  assert.ok(Array.isArray(((await missing.json()) as { errorMessages: string[] }).errorMessages));
});

test("a customer is found by their name, whatever it is made of", async () => {
  const { users } = await facts(world);
  for (const name of names) {
    const response = await juncture.jira(name).fetch("/rest/api/3/myself?expand=groups#top");
    assert.equal(response.status, 200, name);
    assert.equal(((await response.json()) as { accountId: string }).accountId, users[0]!.account_id);
  }
});

test("Juncture's own failures are thrown", async () => {
  await assert.rejects(juncture.jira("nobody").fetch("/rest/api/3/myself"), (error) => {
    assert.ok(error instanceof JunctureError);
    assert.deepEqual([error.code, error.status], ["connection_not_found", 404]);
    assert.match(error.requestId!, /\S/);
    return true;
  });
  // One without a body, too.
  await assert.rejects(juncture.jira("nobody").fetch("/rest/api/3/myself", { method: "HEAD" }), { code: "connection_not_found" });
  const { users } = await facts(world);
  await sandbox(world, "POST", "revoke", { account_id: users[0]!.account_id });
  await assert.rejects(juncture.jira("customer-1").fetch("/rest/api/3/myself"), NeedsReauthorization);
});

const secretKey = "a-key-that-nobody-may-see";

/** A client whose requests are looked at, and what they get. */
function looked(answer: () => Response | Promise<Response>) {
  const seen: Request[] = [];
  const fetch: Fetch = async (url, init) => {
    seen.push(new Request(url, init));
    return answer();
  };
  return { seen, jira: new Juncture({ baseUrl: "https://juncture.example/p", secretKey, fetch }).jira("customer-1") };
}

test("no path leads anywhere but below Jira, where the key would be somebody else's", async () => {
  const { seen, jira } = looked(() => new Response());
  const wrong = [
    "", "rest/api/3/myself", "https://elsewhere.example/", "//elsewhere.example/", "/..", "/../jira/delete-issue", "/a/../../../jira/x",
    "/%2e%2e/jira/x", "/.%2E/x", "/%2e/x", "/a/..", "/a\\..\\..\\x", "/a/.\t./x", "/a\n/../x", "/./x", "?external_id=x", "#x",
  ];
  for (const path of wrong) await assert.rejects(jira.fetch(path), { code: "invalid_options" }, path);
  assert.equal(seen.length, 0);
  const right = ["/", "/rest/api/3/issue/A-1?x=/../y", "/a..b/c.d/...", "/caf%C3%A9/é", "/x?y=a#../z"];
  for (const path of right) await jira.fetch(path);
  for (const { url } of seen) assert.ok(url.startsWith("https://juncture.example/p/api/backend/proxy/jira/"), url);
});

test("the key and the customer are ours, the rest is the caller's", async () => {
  const { seen, jira } = looked(() => new Response("as it is", { status: 418, headers: { location: "/elsewhere" } }));
  const response = await jira.fetch("/rest/x", { method: "POST", body: "b", headers: { Authorization: "Bearer other", "X-Mine": "1" } });
  assert.deepEqual([response.status, await response.text()], [418, "as it is"]);
  const [request] = seen;
  assert.equal(request!.headers.get("authorization"), `Bearer ${secretKey}`);
  assert.equal(request!.headers.get("x-juncture-external-id"), "customer-1");
  assert.deepEqual([request!.headers.get("x-mine"), request!.redirect, await request!.text()], ["1", "manual", "b"]);
});

test("a lost answer is told, of a change as of one that nobody knows; an abort rejects with its reason", async () => {
  const { seen, jira } = looked(() => Promise.reject(new TypeError("fetch failed")));
  const read = await jira.fetch("/rest/x").catch((error: unknown) => error);
  assert.ok(read instanceof JunctureError && !(read instanceof OutcomeUnknown) && read.code === "network_error");
  await assert.rejects(jira.fetch("/rest/x", { method: "DELETE" }), OutcomeUnknown);
  assert.equal(seen.length, 2);
  const reason = new Error("changed my mind");
  await assert.rejects(jira.fetch("/rest/x", { signal: AbortSignal.abort(reason) }), (error) => error === reason);
});
