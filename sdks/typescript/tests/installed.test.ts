/** From the packed file to the first ticket, as the README says, in every runtime that the registry has. */

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connect } from "./support/customer.js";
import { Juncture } from "@juncture/sdk";
import { packageFolder, repository } from "./support/folders.js";
import { type Installed, blocks, install } from "./support/install.js";
import { SECRET_KEY, type World, startWorld } from "./support/processes.js";

let installed: Installed;
let world: World;
before(async () => {
  installed = install();
  world = await startWorld();
});
after(async () => {
  installed?.remove();
  await world?.stop();
});

const tool = (name: string) => join(packageFolder, "node_modules", name);
const readme = () => blocks(join(repository, "README.md"), "ts", "Use it from TypeScript");

/** What tsc says of files in the fresh folder. */
function compiled(...names: string[]): string {
  const types = ["--types", "node", "--typeRoots", tool("@types")];
  const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--skipLibCheck", "false"];
  const modules = ["--module", "NodeNext", "--target", "ES2022", "--noEmit"];
  const flags = [...modules, ...strict, ...types];
  return spawnSync(process.execPath, [tool("typescript/bin/tsc"), ...flags, ...names], { cwd: installed.folder, encoding: "utf8" }).stdout;
}

test("a careful customer's code compiles, and a careless one's does not", () => {
  copyFileSync(join(packageFolder, "tests/fixtures/consumer.ts"), join(installed.folder, "consumer.ts"));
  assert.equal(compiled("consumer.ts"), "");
});

test("every example of the package's README compiles", () => {
  const examples = blocks(join(packageFolder, "README.md"), "ts");
  assert.ok(examples.length >= 3);
  const names = examples.map((code, at) => {
    installed.write(`example${at}.ts`, code);
    return `example${at}.ts`;
  });
  assert.equal(compiled(...names), "");
});

/** Runs the README's program. */
function run(command: string, ...args: string[]): string {
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, JUNCTURE_URL: world.juncture, JUNCTURE_SECRET_KEY: SECRET_KEY };
  return execFileSync(command, args, { cwd: installed.folder, encoding: "utf8", env });
}

test("the README's program compiles, sends a new customer to connect, and then shows the first ticket", async (context) => {
  const programs = readme();
  assert.equal(programs.length, 1);
  installed.write("program.ts", programs[0]!);
  assert.equal(compiled("program.ts"), "");
  const tsx = [tool("tsx/dist/cli.mjs"), "program.ts"];
  const [link] = /http\S+/.exec(run(process.execPath, ...tsx)) ?? [];
  assert.ok(link?.startsWith(`${world.sandbox}/authorize`), link);
  await connect(world, new Juncture({ baseUrl: world.juncture, secretKey: SECRET_KEY }), "customer-1");
  const first = /^[1-9]\d* tickets, the newest: [A-Z]+-\d+ \w/;
  assert.match(run(process.execPath, ...tsx), first);
  const runtimes: [string, string, string[]][] = [
    ["bun", tool("bun/bin/bun.exe"), ["run", "program.ts"]],
    ["deno", tool("deno/bin.cjs"), ["run", "--allow-net", "--allow-env", "program.ts"]],
  ];
  for (const [name, path, args] of runtimes) {
    assert.ok(existsSync(path), `${name} is not installed`);
    context.diagnostic(`the same under ${name}`);
    const command = path.endsWith(".cjs") ? [process.execPath, path, ...args] : [path, ...args];
    assert.match(run(command[0]!, ...command.slice(1)), first);
  }
});
