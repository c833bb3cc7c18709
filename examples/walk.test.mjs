// Walks each example as a customer does, without a browser: connects, comes back, chooses, lists, creates, loses the access and
// connects again. scripts/test-sdk has built what it runs.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { consent, facts, led, sandbox } from "../sdks/typescript/build/tests/support/customer.js";
import { SECRET_KEY, answers, binary, freePort, startWorld } from "../sdks/typescript/build/tests/support/processes.js";

const WEBHOOK_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const here = dirname(fileURLToPath(import.meta.url));
const examples = {
  express: ["dist/server.js"],
  nextjs: ["node_modules/next/dist/bin/next", "start", "--hostname", "127.0.0.1"],
};

for (const [name, program] of Object.entries(examples)) {
  describe(name, () => {
    let world;
    let app;
    let address;

    before(async () => {
      const port = await freePort();
      address = `http://127.0.0.1:${port}`;
      world = await startWorld({ DEFAULT_JIRA_SITE_REDIRECT_URI: `${address}/connected?status=success&provider=jira` });
      const env = {
        PATH: process.env.PATH,
        PORT: String(port),
        JUNCTURE_URL: world.juncture,
        JUNCTURE_SECRET_KEY: SECRET_KEY,
        JUNCTURE_WEBHOOK_SECRET: WEBHOOK_SECRET,
        NEXT_TELEMETRY_DISABLED: "1",
      };
      app = spawn(process.execPath, program, { cwd: join(here, name), env, stdio: ["ignore", "ignore", "inherit"] });
      await answers(address);
    });
    after(async () => {
      if (app?.exitCode === null) {
        const gone = new Promise((resolve) => app.once("exit", resolve));
        app.kill("SIGKILL");
        await gone;
      }
      await world?.stop();
    });

    const page = async (path = "/") => (await fetch(address + path)).text();
    const send = (path, fields = {}) => led(address + path, { method: "POST", body: new URLSearchParams(fields) });
    /** Presses *Connect Jira* and goes all the way, until the browser stands still. Gives the last page. */
    const connect = async () => {
      const opened = await fetch(await send("/connect"), { redirect: "manual" });
      // What the link has bound to this browser.
      const cookie = opened.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
      const returned = await consent(world, opened.headers.get("location"));
      const choices = await led(returned, { headers: { cookie } });
      const choice = (await facts(world)).sites[0].id;
      const body = new URLSearchParams({ choice });
      const back = await led(choices, { method: "POST", body, headers: { cookie } });
      assert.equal(new URL(back).pathname, "/connected");
      const response = await fetch(back);
      assert.equal(response.url, `${address}/`);
      return response.text();
    };
    /** Whom a menu offers: the value beside a name. */
    const offered = (html, text) => new RegExp(`<option value="([^"]+)">${text}</option>`).exec(html)[1];
    const times = (html, text) => html.replace(/<script[\s\S]*?<\/script>/g, "").split(`<td>${text}</td>`).length - 1;

    test("a new customer connects, chooses a project and sees its tickets", async () => {
      assert.match(await page(), /Connect your Jira/);
      const projects = await connect();
      const shop = (await facts(world)).sites[0].projects.find(({ key }) => key === "SHOP");
      await send("/project", { project: offered(projects, shop.name) });
      const tickets = await page();
      assert.equal([...tickets.matchAll(/<td>SHOP-\d+<\/td>/g)].length, 40);
    });

    test("a ticket is created once, however often the form is sent", async () => {
      const html = await page();
      const key = /name="key" value="([^"]+)"/.exec(html)[1];
      const ticket = { key, issue_type_id: offered(html, "Bug"), summary: "Made by the walk", description: "It **works**." };
      assert.equal(await send("/tickets", ticket), `${address}/`);
      assert.equal(await send("/tickets", ticket), `${address}/`);
      assert.equal(times(await page(), "Made by the walk"), 1);
    });

    test("what is wrong with a ticket is told", async () => {
      const html = await page();
      const key = /name="key" value="([^"]+)"/.exec(html)[1];
      const body = new URLSearchParams({ key, issue_type_id: "4711", summary: "Of no type" });
      const response = await fetch(`${address}/tickets`, { method: "POST", body });
      assert.match(await response.text(), /That did not work/);
      assert.equal(times(await page(), "Of no type"), 0);
    });

    test("who takes the access back is asked to connect again, and finds the project as it was", async () => {
      const { users } = await facts(world);
      await sandbox(world, "POST", "revoke", { account_id: users[0].account_id });
      assert.match(await page(), /Please connect again/);
      const tickets = await connect();
      assert.equal(times(tickets, "Made by the walk"), 1);
    });

    /** Forwards all events so far by `juncture listen`; how the example has answered each. */
    const forwarded = async (secret, count) => {
      const to = ["--forward-to", `${address}/events`, "--server", world.juncture, "--all", "--secret", secret];
      const env = { PATH: process.env.PATH, JUNCTURE_SECRET_KEY: SECRET_KEY };
      const listening = spawn(binary, ["listen", ...to], { cwd: here, env, stdio: ["ignore", "pipe", "inherit"] });
      const gone = new Promise((resolve) => listening.once("exit", resolve));
      const answered = [];
      for await (const line of createInterface({ input: listening.stdout })) {
        const [, type, status] = /^(\S+) \S+ -> (\d+) /.exec(line) ?? [];
        if (type !== undefined) answered.push(`${type} ${status}`);
        if (answered.length === count) listening.kill("SIGINT");
      }
      assert.equal(await gone, 0);
      return answered;
    };

    test("events come on a laptop, and only those that are signed with its secret are taken", async () => {
      const [created, dead, recovered, ...none] = await forwarded(WEBHOOK_SECRET, 3);
      const types = ["connection.created 204", "connection.needs_reauthorization 204", "connection.recovered 204"];
      assert.deepEqual([created, dead, recovered, ...none], types);
      const wrong = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
      assert.deepEqual(await forwarded(wrong, 1), ["connection.created 401"]);
    });

    test("what anybody may have written in the return address connects nobody", async () => {
      assert.match(await page("/connected?status=denied"), /was not connected/);
    });
  });
}
