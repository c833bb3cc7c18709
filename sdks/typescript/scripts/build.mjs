// Makes dist/: what runs is bundled and minified, and all types stand in one file without what is internal. The package
// is to stay small; who wants to read it reads src/.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(folder, "dist");
const declarations = join(folder, "build/declarations");
const entries = ["index", "connect/index", "webhooks"];

rmSync(dist, { recursive: true, force: true });
await build({
  entryPoints: [...entries, "crypto/node", "crypto/web"].map((entry) => join(folder, "src", `${entry}.ts`)),
  // Whoever bundles or runs the package takes that of their own platform (`imports` of package.json).
  external: ["#crypto", "node:crypto"],
  outdir: dist,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  minify: true,
  chunkNames: "shared/[hash]",
});

rmSync(declarations, { recursive: true, force: true });
const compiler = join(folder, "node_modules/typescript/bin/tsc");
const flags = ["-p", folder, "--emitDeclarationOnly", "--stripInternal", "--outDir", declarations];
execFileSync(process.execPath, [compiler, ...flags], { stdio: "inherit" });
const files = new Map();
entries.forEach((entry) => reach(join(declarations, `${entry}.d.ts`)));
writeFileSync(join(dist, "types.d.ts"), together([...files].filter(([path]) => !/\/src\/index|declarations\/index/.test(path))));
for (const entry of entries) writeFileSync(join(dist, `${entry}.d.ts`), faceOf(entry));
copyFileSync(join(folder, "../..", "LICENSE-MIT"), join(folder, "LICENSE-MIT"));

/** Notes the declarations that an entry leads to, without their imports. */
function reach(path) {
  if (files.has(path)) return;
  const text = plain(readFileSync(path, "utf8"));
  files.set(path, text.replace(/^import .*\n/gm, ""));
  for (const [, name] of text.matchAll(/from "(\.[^"]+)\.js"/g)) reach(`${join(dirname(path), name)}.d.ts`);
}

/** Types by their names in place of the table of operations, and imports of what is used alone. */
function plain(text) {
  const table = readFileSync(join(folder, "src/generated/operations.ts"), "utf8");
  const rows = [...table.matchAll(/"([A-Z]+ [^"]+)": \{ takes: (\w+);/g)];
  const takes = new Map(rows.map(([, operation, type]) => [operation.replace("/api/backend/jira/", ""), type]));
  return text
    .replace(/import\("[^"]*"\)\.(\w+)/g, "$1")
    .replace(/Takes<"([^"]+)">/g, (_, operation) => takes.get(operation))
    .replace(/^import (?:type )?\{ (.*) \} from (.*);\n/gm, (line, names, source, at, whole) => {
      const rest = whole.slice(at + line.length);
      const isUsed = names.split(", ").some((name) => new RegExp(`\\b${name.split(" ").at(-1)}\\b`).test(rest));
      return isUsed ? line : "";
    });
}

/** All declarations in one module: each name once, and what nothing names left out. */
function together(parts) {
  const whole = parts.map(([, part]) => part).join("").replace(/^export (?:type )?(?:\{[^}]*\}|\*)(?: from .*)?;\n/gm, "");
  const aliases = new Map([...whole.matchAll(/^export type (\w+Parameters) = (\w+);\n/gm)].map(([, name, other]) => [name, other]));
  const text = whole
    .replace(/^export type \w+Parameters = \w+;\n/gm, "")
    .replace(/\b\w+Parameters\b/g, (name) => aliases.get(name) ?? name);
  const names = [...text.matchAll(/^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|type|function|const) (\w+)/gm)].map(([, name]) => name);
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  if (twice.length > 0) throw new Error(`Two types are called alike: ${twice}`);
  const unused = (name) => /^\w+Parameters$/.test(name) && text.match(new RegExp(`\\b${name}\\b`, "g")).length === 1;
  const needed = text
    .replace(/^export type (\w+) = \{[^}]*\};\n/gm, (type, name) => (unused(name) ? "" : type))
    .replace(/^\/\*\* [^\n]*\*\/\n(?=\/\*\*)/gm, "") // what a module is for
    // What says what the name says, or stands where nobody looks: groups are reached by `jira`.
    .replace(/^ *\/\*\* [^\n]{1,50} \*\/\n/gm, "")
    .replace(/^\/\*\* [^\n]*\*\/\n(?=export declare class \w+ extends Group)/gm, "")
    .replace(/Array<(\w+)>/g, "$1[]");
  return dense(needed);
}

/** The same declarations without the white space that only a reader of the file would see; editors show none of it. */
function dense(text) {
  return text
    .split(/(\/\*\*.*?\*\/|'[^'\n]*'|"[^"\n]*"|`[^`]*`)/s)
    .map((part) => {
      if (part.startsWith("/**")) return lined(part);
      return /^['"`]/.test(part) ? part : part.replace(/\s*([{}:;,|=<>()[\]?&])\s*/g, "$1").replace(/\s+/g, " ");
    })
    .join("")
    .replace(/(?<=[;}*]\/?) ?(export (?:type \w+=|interface|declare))/g, "\n$1")
    .replace(/ ?(\/\*\*.*?\*\/) ?/gs, "$1")
    .replace(/;\}/g, "}");
}

/** A comment on one line, unless its lines are a list, an example or paragraphs. */
function lined(comment) {
  const lines = comment.slice(3, -2).split("\n").map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
  const isText = lines.slice(1, -1).every((line) => line !== "" && !/^([-*@|]|\d+\.|```)/.test(line.trim()));
  return isText ? `/**${lines.join(" ").trim()}*/` : comment;
}

/** An entry's declarations: its exports, out of the one module. */
function faceOf(entry) {
  const path = join(declarations, `${entry}.d.ts`);
  const from = relative(dirname(join(dist, entry)), join(dist, "types.js")).replace(/^(?!\.)/, "./");
  const text = readFileSync(path, "utf8");
  mkdirSync(dirname(join(dist, entry)), { recursive: true });
  const own = (kind) => [...text.matchAll(new RegExp(`^export (?:declare )?(?:${kind}) (\\w+)`, "gm"))].map(([, name]) => name);
  const given = [...text.matchAll(/^export (type )?\{ ([^}]*) \}/gm)].flatMap(([, type = "", names]) => names.split(/,\s*/).filter(Boolean).map((name) => type + name));
  const names = [...new Set([...own("class|function"), ...own("type|interface").map((name) => `type ${name}`), ...given])];
  const all = /^export type \*/m.test(text) ? `export type * from "${from}";\n` : "";
  return `${all}export { ${names.join(", ")} } from "${from}";\n`;
}
