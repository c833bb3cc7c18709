/** The browser's part: it begins, and reads what it comes back with. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Juncture } from "@juncture/sdk";
import { JunctureError, connectTo, readConnectResult, startConnecting } from "@juncture/sdk/connect";
import { connect, consent, facts, led } from "./support/customer.js";
import { SECRET_KEY, type World, startWorld } from "./support/processes.js";

let world: World;
before(async () => {
  world = await startWorld({ DEFAULT_JIRA_SITE_REDIRECT_URI: "https://app.example/jira?status=success&provider=jira" });
});
after(() => world?.stop());

test("a browser begins by itself, and comes back with a result", async () => {
  let page = "";
  const navigate = (url: string) => void (page = url);
  await startConnecting({ baseUrl: world.juncture, provider: "jira", external_id: "customer-1", navigate });
  const choices = await led(await consent(world, page));
  const body = new URLSearchParams({ choice: (await facts(world)).sites[0]!.id });
  const back = await led(choices, { method: "POST", body });
  assert.deepEqual(readConnectResult(back), { status: "success", provider: "jira" });
  const { exists, is_invalid } = await new Juncture({ baseUrl: world.juncture, secretKey: SECRET_KEY }).connections.checkValidity({
    provider: "jira",
    external_id: "customer-1",
  });
  assert.deepEqual([exists, is_invalid], [true, false]);
});

test("a browser goes on to the page that a back end has got", async () => {
  const juncture = new Juncture({ baseUrl: world.juncture, secretKey: SECRET_KEY });
  const { authorization_uri } = await juncture.connect.start({ provider: "jira", external_id: "customer-2" });
  let page = "";
  await startConnecting({ authorization_uri, navigate: (url) => void (page = url) });
  assert.equal(page, new URL(authorization_uri).href);
});

test("a session is begun by its link, once, and comes back with what became of it", async () => {
  const juncture = new Juncture({ baseUrl: world.juncture, secretKey: SECRET_KEY });
  const session = await juncture.connect.createSession({ provider: "jira", external_id: "customer-6", return_url: "https://app.example/back?tab=2" });
  let link = "";
  await startConnecting({ authorization_uri: session.connect_url, navigate: (url) => void (link = url) });
  const opened = await fetch(link, { redirect: "manual" });
  const cookie = opened.headers.get("set-cookie")!.split(";")[0]!;
  const choices = await led(await consent(world, opened.headers.get("location")!), { headers: { cookie } });
  const body = new URLSearchParams({ choice: (await facts(world)).sites[0]!.id });
  const back = await led(choices, { method: "POST", body, headers: { cookie } });
  assert.equal(new URL(back).searchParams.get("tab"), "2");
  assert.deepEqual(readConnectResult(back), { status: "success", provider: "jira", external_id: "customer-6" });
  await assert.rejects(juncture.connect.start({ session_token: session.session_token }), { code: "session_used" });
});

test("nothing that a browser would run is opened", async () => {
  const navigate = () => assert.fail("it goes there");
  for (const authorization_uri of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"]) {
    await assert.rejects(startConnecting({ authorization_uri, navigate }), { code: "invalid_options" });
  }
});

test("a page of one's own asks for the sites and chooses one", async () => {
  const browser = connectTo({ baseUrl: world.juncture });
  const { authorization_uri } = await browser.start({ provider: "jira", external_id: "customer-3" });
  const choices = await led(await consent(world, authorization_uri));
  const connection_code = choices.split("/").at(-1)!;
  const { sites } = await browser.sites({ connection_code });
  await assert.rejects(browser.chooseSite({ connection_code, site_id: "none-of-them" }), (error) => error instanceof JunctureError && error.status === 400);
  assert.deepEqual(await browser.chooseSite({ connection_code, site_id: sites[0]!.site_id }), { success: true });
});

test("what the address says is read, and nothing else", () => {
  const read = (query: string) => readConnectResult(`https://app.example/back${query}`);
  assert.deepEqual(read("?status=denied&provider=jira&external_id=customer%201"), { status: "denied", provider: "jira", external_id: "customer 1" });
  assert.deepEqual(read("?status=error"), { status: "error" });
  assert.deepEqual(read("?status=error&error=no_allowed_site"), { status: "error", error: "no_allowed_site" });
  for (const query of ["", "?status=", "?status=maybe", "#status=success"]) assert.equal(read(query), undefined);
});

test("a customer who is connected is so under their name alone", async () => {
  const juncture = new Juncture({ baseUrl: world.juncture, secretKey: SECRET_KEY });
  await connect(world, juncture, "customer-4");
  assert.equal((await juncture.connections.checkValidity({ provider: "jira", external_id: "customer-5" })).exists, false);
});
