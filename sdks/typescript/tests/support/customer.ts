/** What a customer does in their browser, and what the sandbox is told behind everybody's back. */

import assert from "node:assert/strict";
import type { Juncture } from "@juncture/sdk";
import type { World } from "./processes.js";

interface SandboxWorld {
  users: { account_id: string; name: string }[];
  sites: { id: string; name: string; projects: { id: string; key: string }[] }[];
}

/** Tells or asks the sandbox something. */
export async function sandbox(world: World, method: string, path: string, body?: unknown): Promise<unknown> {
  const init: RequestInit = { method };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "content-type": "application/json" };
  }
  const response = await fetch(`${world.sandbox}/_sandbox/${path}`, init);
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

export const facts = async (world: World) => (await sandbox(world, "GET", "world")) as SandboxWorld;

/** Where a request leads. */
export async function led(url: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(url, { ...init, redirect: "manual" });
  const text = await response.text();
  const location = response.headers.get("location");
  assert.ok(location !== null, `${new URL(url).pathname} leads nowhere: ${response.status} ${text.slice(0, 200)}`);
  return new URL(location, url).href;
}

/** Allows access at the consent page. Gives the address to which the browser is sent back. */
export async function consent(world: World, page: string, who = 0): Promise<string> {
  const { users, sites } = await facts(world);
  const form = new URLSearchParams(new URL(page).search);
  form.set("account_id", users[who]!.account_id);
  form.set("site_id", sites[0]!.id);
  form.set("decision", "allow");
  return led(`${world.sandbox}/authorize`, { method: "POST", body: form });
}

/** Goes all the way: consent, the choice of a site, and back. Gives the code of the page of choices, used up. */
export async function connect(world: World, juncture: Juncture, external_id: string): Promise<string> {
  const { authorization_uri } = await juncture.connect.start({ provider: "jira", external_id });
  const page = await led(await consent(world, authorization_uri));
  const { sites } = await facts(world);
  const chosen = await fetch(page, { method: "POST", body: new URLSearchParams({ choice: sites[0]!.id }), redirect: "manual" });
  await chosen.text();
  assert.ok(chosen.status < 400, `the choice is answered ${chosen.status}`);
  return page.split("/").at(-1)!;
}
