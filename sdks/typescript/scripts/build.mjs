// Makes dist/. What runs is bundled and minified, and types lose what is internal: small enough to be read by nobody but
// machines, as the sources are where people look.
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(folder, "dist");
const entries = ["index", "connect/index", "webhooks"];

rmSync(dist, { recursive: true, force: true });
const compiler = join(folder, "node_modules/typescript/bin/tsc");
execFileSync(process.execPath, [compiler, "-p", folder, "--emitDeclarationOnly", "--stripInternal"], { stdio: "inherit" });
const table = readFileSync(join(folder, "src/generated/operations.ts"), "utf8");
const takes = new Map([...table.matchAll(/"([A-Z]+ [^"]+)": \{ takes: (\w+);/g)].map(([, operation, type]) => [operation, type]));
for (const path of types()) writeFileSync(path, plain(path, readFileSync(path, "utf8")));
const reached = new Set();
entries.forEach((entry) => reach(join(dist, `${entry}.d.ts`)));
for (const path of types()) if (!reached.has(path)) rmSync(path);

await build({
  entryPoints: entries.map((entry) => join(folder, "src", `${entry}.ts`)),
  outdir: dist,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  minify: true,
  chunkNames: "shared/[hash]",
});
copyFileSync(join(folder, "../..", "LICENSE-MIT"), join(folder, "LICENSE-MIT"));

function types() {
  return readdirSync(dist, { recursive: true }).filter((name) => name.endsWith(".d.ts")).map((name) => join(dist, name));
}

/** Notes the files that an entry leads to. */
function reach(path) {
  if (reached.has(path)) return;
  reached.add(path);
  for (const [, name] of readFileSync(path, "utf8").matchAll(/(?:from |import\()"(\.[^"]+)\.js"/g)) reach(`${join(dirname(path), name)}.d.ts`);
}

/** Types by their names in place of the table of operations, imports of what is used, half of the indentation. */
function plain(path, text) {
  const named = new Set();
  const generated = relative(dirname(path), join(dist, "generated/types.gen.js")).replace(/^(?!\.)/, "./");
  const own = new Set([...text.matchAll(/(?:class|interface|type) (\w+)/g)].map(([, name]) => name));
  const use = (name) => {
    if (own.has(name)) return `import("${generated}").${name}`;
    if (name !== "object") named.add(name);
    return name;
  };
  const body = text
    .replace(/import\("[^"]*"\)\.(\w+)/g, (_, name) => use(name))
    .replace(/Takes<"([^"]+)">/g, (_, operation) => use(takes.get(operation)))
    .replace(/^import (?:type )?\{ (.*) \} from (.*);\n/gm, (line, names, source, at, whole) => {
      const rest = whole.slice(at + line.length).replace(/Takes<"[^"]+">/g, "");
      const kept = names.split(", ").filter((name) => new RegExp(`\\b${name.split(" ").at(-1)}\\b`).test(rest));
      return kept.length > 0 ? `import { ${kept.join(", ")} } from ${source};\n` : "";
    })
    .replace(/^(?: {4})+/gm, (indent) => " ".repeat(indent.length / 2))
    // A type without comments stands on a line of its own.
    .replace(/^export type \w+ = \{\n(?:(?!\/\*\*)[^}])*?\n\};$/gm, (type) => type.replace(/\n */g, " "));
  if (named.size === 0) return body;
  return `import { ${[...named].sort().join(", ")} } from "${generated}";\n${body}`;
}
