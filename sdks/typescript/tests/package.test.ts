/** What is packed: little, and nothing that it needs besides. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { packageFolder } from "./support/folders.js";

interface Packed {
  unpackedSize: number;
  files: { path: string; size: number }[];
}
const [packed] = JSON.parse(
  execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: packageFolder, encoding: "utf8" }),
) as [Packed];

test("69 kB at most, and only what is needed", () => {
  const [maps, rest] = [/\.map$/, /^(package\.json|README\.md|LICENSE-MIT|dist\/.*\.(js|d\.ts))$/];
  for (const { path } of packed.files) assert.match(path, maps.test(path) ? maps : rest);
  const size = packed.files.filter(({ path }) => !maps.test(path)).reduce((sum, { size }) => sum + size, 0);
  console.log(`packed: ${packed.files.length} files, ${size} bytes unpacked`);
  // 59 kB without events: methods to read them, and what verifies and types a webhook; 5 kB more for endpoints, most of it
  // the types of how one fares and of what waits there.
  assert.ok(size <= 69_000, `${size} bytes`);
});

test("no dependencies, no scripts on installation, no side effects, every entry with types", () => {
  const { dependencies, peerDependencies, optionalDependencies, scripts, sideEffects, type, exports } = JSON.parse(
    readFileSync(join(packageFolder, "package.json"), "utf8"),
  );
  assert.deepEqual([dependencies, peerDependencies, optionalDependencies], [undefined, undefined, undefined]);
  assert.ok(!Object.keys(scripts).some((name) => /^(pre|post)?install$|^prepare$/.test(name)));
  assert.deepEqual([sideEffects, type], [false, "module"]);
  const paths = packed.files.map(({ path }) => `./${path}`);
  for (const [name, entry] of Object.entries(exports as Record<string, string | Record<string, string>>)) {
    const targets = typeof entry === "string" ? [entry] : [entry["types"]!, entry["default"]!];
    for (const target of targets) assert.ok(paths.includes(target), `${name} leads to ${target}`);
  }
});

/** The size of a program that imports from the package, bundled for a browser, and what it still imports. */
async function bundled(contents: string) {
  const result = await build({
    stdin: { contents, resolveDir: packageFolder },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    tsconfigRaw: {},
    logLevel: "error",
    write: false,
  });
  return result.outputFiles[0]!.text;
}

test("what verifies a webhook has 3 kB at most, from either entry", async () => {
  for (const entry of ["@juncture/sdk/webhooks", "@juncture/sdk"]) {
    const text = await bundled(`import { verifyWebhook } from "${entry}"; globalThis.verify = verifyWebhook;`);
    console.log(`verify a webhook, from ${entry}: ${text.length} bytes`);
    assert.ok(text.length <= 3_000, `${entry}: ${text.length} bytes`);
  }
});

test("nothing of Node's is imported: it runs in Workers and browsers", async () => {
  const text = await bundled(`export * from "@juncture/sdk"; export * from "@juncture/sdk/connect";`);
  assert.doesNotMatch(text, /\b(from|import)\s*\(?["'`]/);
  assert.doesNotMatch(text, /\b(require|Buffer|process)\b/);
});
