/** From the packed file to the first ticket, as the README says, in every runtime that the registry has. */

import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { connect } from "./support/customer.js";
import { Juncture } from "@juncture/sdk";
import { packageFolder, repository } from "./support/folders.js";
import { type Installed, blocks, install } from "./support/install.js";
import { startCuttingProxy } from "./support/cutting_proxy.js";
import { SECRET_KEY, type World, freePort, startWorld } from "./support/processes.js";

let installed: Installed;
let world: World;
before(async () => {
  installed = install();
  for (const name of ["consumer.ts", "runtime.ts"]) {
    copyFileSync(join(packageFolder, "tests/fixtures", name), join(installed.folder, name));
  }
  const programs = blocks(join(repository, "README.md"), "ts", "Use it from TypeScript");
  assert.equal(programs.length, 1);
  installed.write("program.ts", programs[0]!);
  world = await startWorld();
});
after(async () => {
  installed?.remove();
  await world?.stop();
});

const tool = (name: string) => join(packageFolder, "node_modules", name);

/** What tsc says of files in the fresh folder. */
function compiled(...names: string[]): string {
  const types = ["--types", "node", "--typeRoots", tool("@types")];
  const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--skipLibCheck", "false"];
  const modules = ["--module", "NodeNext", "--target", "ES2022", "--noEmit"];
  const flags = [...modules, ...strict, ...types];
  return spawnSync(process.execPath, [tool("typescript/bin/tsc"), ...flags, ...names], { cwd: installed.folder, encoding: "utf8" }).stdout;
}

test("a careful customer's code and every example of the READMEs compile, and what is careless does not", () => {
  const examples = blocks(join(packageFolder, "README.md"), "ts");
  assert.ok(examples.length >= 3);
  examples.forEach((code, at) => installed.write(`example${at}.ts`, code));
  assert.equal(compiled("consumer.ts", "runtime.ts", "program.ts", ...examples.map((_, at) => `example${at}.ts`)), "");
});

/** Each runtime that the registry has, and how it runs a program. */
const runtimes: Record<string, string[]> = {
  tsx: [process.execPath, tool("tsx/dist/cli.mjs")],
  bun: [tool("bun/bin/bun.exe"), "run"],
  deno: [process.execPath, tool("deno/bin.cjs"), "run", "--allow-net", "--allow-env"],
};

/** What a program says under a runtime. */
async function run(runtime: string, program: string, variables: Record<string, string> = {}): Promise<string> {
  const [command, ...args] = runtimes[runtime]!;
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, JUNCTURE_URL: world.juncture, JUNCTURE_SECRET_KEY: SECRET_KEY, ...variables };
  return (await promisify(execFile)(command!, [...args, program], { cwd: installed.folder, env })).stdout;
}

test("the README's program sends a new customer to connect, and then shows the first ticket", async () => {
  const [link] = /http\S+/.exec(await run("tsx", "program.ts")) ?? [];
  assert.ok(link?.startsWith(`${world.sandbox}/authorize`), link);
  await connect(world, new Juncture({ baseUrl: world.juncture, secretKey: SECRET_KEY }), "customer-1");
  for (const runtime of Object.keys(runtimes)) {
    assert.match(await run(runtime, "program.ts"), /^[1-9]\d* tickets, the newest: [A-Z]+-\d+ \w/, runtime);
  }
});

for (const runtime of Object.keys(runtimes)) {
  test(`refused, lost, aborted and forged are told alike under ${runtime}`, async () => {
    const juncture = new Juncture({ baseUrl: world.juncture, secretKey: SECRET_KEY });
    await connect(world, juncture, "customer-1");
    const proxy = await startCuttingProxy(world.juncture);
    try {
      proxy.fates = ["lost", "lost", "whole", "cut"];
      const made = async () => (await juncture.jira("customer-1").issues.search({ jql: 'summary ~ "Made once"' })).issues.length;
      const before = await made();
      const said = await run(runtime, "runtime.ts", { NOBODY_URL: `http://127.0.0.1:${await freePort()}`, LOSING_URL: proxy.url });
      assert.deepEqual(said.trim().split("\n"), [
        "refused: network_error",
        "lost: unknown network_error",
        "lost: done",
        "lost: done",
        "aborted: TypeError: changed my mind",
        "webhook: done",
        "forged: invalid_webhook",
      ]);
      assert.equal(await made(), before + 1);
    } finally {
      await proxy.stop();
    }
  });
}
