// Makes src/generated/ from openapi.json: `node scripts/generate.mjs [DOCUMENT [FOLDER]]`.
//
// The types of answers and parameters are @hey-api/openapi-ts's. Two small files are made here: which operation
// has which (operations.ts), and every error code (codes.ts).
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@hey-api/openapi-ts";

const here = dirname(fileURLToPath(import.meta.url));
const [source = join(here, "../../../openapi.json"), folder = join(here, "../src/generated")] = process.argv.slice(2);
const document = JSON.parse(await readFile(source, "utf8"));
const note = "// Made from openapi.json by scripts/generate.mjs; do not edit.\n";

unbind(document);
// What is passed on is the provider's, and `fetch` sends it.
const ours = Object.entries(document.paths).filter(([path]) => !path.startsWith("/api/backend/proxy/"));
// Nor is what whoever runs the server does for a product's back end, whose client this is.
const isOfBackend = ([, operation]) => !operation.tags.includes("Admin");
const operations = ours.flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(isOfBackend)
    .map(([method, operation]) => read(method, path, operation)),
);

await mkdir(folder, { recursive: true });
await createClient({
  input: schemasOf(document, operations),
  output: { path: resolve(folder), clean: false, lint: null, format: null, indexFile: false },
  plugins: ["@hey-api/typescript"],
  logs: { level: "silent" },
});
const types = join(folder, "types.gen.ts");
await writeFile(types, note + short(await readFile(types, "utf8"), givenBy(operations, document)));
await writeFile(join(folder, "operations.ts"), table(operations));
await writeFile(join(folder, "codes.ts"), codes(document, operations));

/** What is asked of a customer's Jira names the customer once, in `juncture.jira(…)`, and not in each call. */
function unbind({ paths, components }) {
  for (const [path, methods] of Object.entries(paths)) {
    if (!path.startsWith("/api/backend/jira/")) continue;
    for (const operation of Object.values(methods)) {
      operation.parameters = (operation.parameters ?? []).filter((it) => it.name !== "external_id");
      const reference = operation.requestBody?.content["application/json"].schema.$ref;
      if (reference === undefined) continue;
      const schema = components.schemas[reference.split("/").at(-1)];
      delete schema.properties.external_id;
      schema.required = schema.required.filter((name) => name !== "external_id");
    }
  }
}

/** A document of schemas alone: what is taken and given, without failures, which are JunctureErrors. */
function schemasOf({ openapi, info, components }, operations) {
  const named = Object.fromEntries(operations.flatMap(({ takes, gives }) => [takes, gives].flatMap(({ made }) => made)));
  const all = { ...components.schemas, ...named };
  const reached = new Set();
  reach(operations.map(({ takes, gives }) => [takes.schema, gives.schema]), all, reached);
  const schemas = Object.entries(all).filter(([name]) => reached.has(name));
  return { openapi, info, paths: {}, components: { schemas: Object.fromEntries(schemas) } };
}

/** Notes the schemas that `value` leads to. */
function reach(value, schemas, reached) {
  if (typeof value !== "object" || value === null) return;
  const name = typeof value.$ref === "string" ? /^#\/components\/schemas\/(.+)$/.exec(value.$ref)?.[1] : undefined;
  if (name !== undefined && !reached.has(name)) {
    reached.add(name);
    reach(schemas[name], schemas, reached);
  }
  for (const inner of Object.values(value)) reach(inner, schemas, reached);
}

/** An operation with the schemas of what it takes and gives. */
function read(method, path, operation) {
  const name = operation.operationId.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());
  const inAddress = (operation.parameters ?? []).filter((it) => it.in === "query" || it.in === "path");
  const body = operation.requestBody?.content["application/json"].schema;
  const [success] = Object.entries(operation.responses).flatMap(([status, it]) => (status < "300" ? [it] : []));
  return {
    key: `${method.toUpperCase()} ${path}`,
    takes: body ? named(`${name}Body`, body) : named(`${name}Parameters`, objectOf(inAddress)),
    gives: named(`${name}Answer`, Object.values(success?.content ?? {})[0]?.schema),
    isOnce: (operation.parameters ?? []).some((it) => it.in === "header" && it.name === "Idempotency-Key"),
    failures: Object.entries(operation.responses).flatMap(([status, it]) => (status >= "400" ? [it] : [])),
  };
}

/** What stands in an address, as an object. */
function objectOf(parameters) {
  if (parameters.length === 0) return undefined;
  const property = ({ name, schema, description }) => [name, { ...schema, description }];
  const required = parameters.filter((it) => it.required).map((it) => it.name);
  return { type: "object", properties: Object.fromEntries(parameters.map(property)), required };
}

/** A schema under the name that it has, or gets here; `made` is what has to be added to the others. */
function named(name, schema) {
  if (schema === undefined || Object.keys(schema).length === 0) return { made: [] };
  if (schema.type === "string") return { made: [], type: "string" };
  const given = /^#\/components\/schemas\/(.+)$/.exec(schema.$ref ?? "")?.[1];
  if (given !== undefined) return { made: [], type: given, schema };
  return { made: [[name, schema]], type: name, schema: { $ref: `#/components/schemas/${name}` } };
}

/** The names of the types that callers give. */
function givenBy(operations, { components }) {
  const given = new Set();
  const made = operations.flatMap(({ takes }) => takes.made);
  reach(operations.map(({ takes }) => takes.schema), { ...components.schemas, ...Object.fromEntries(made) }, given);
  return given;
}

/** Each operation under its method and path: what it takes and what it gives. */
function table(operations) {
  const types = operations.flatMap(({ takes, gives }) => [takes, gives].filter((it) => it.schema).map((it) => it.type));
  const rows = operations.map(({ key, takes, gives, isOnce }) => {
    const once = isOnce ? "; once: true" : "";
    return `  "${key}": { takes: ${takes.type ?? "object"}; gives: ${gives.type ?? "unknown"}${once} };`;
  });
  return `${note}
import type {
  ${[...new Set(types)].sort().join(",\n  ")},
} from "./types.gen.js";

/** What each operation takes and gives; \`once\`: it is done once for its idempotency key. */
export interface Operations {
${rows.join("\n")}
}
`;
}

/**
 * The types as they are shipped. Comments stand where something is to be given, each once and with its first sentence:
 * the package is to stay small, and `openapi.json` has them all.
 */
function short(text, given) {
  const plain = text
    .replace(/^\/\/.*\n\n?/, "")
    .replace(/^export type ClientOptions = \{[\s\S]*?\n\};\n\n/m, "")
    .replace(/^( {4})+/gm, (indent) => " ".repeat(indent.length / 2))
    .replace(/\{\n\s*(\[key: string\]: \w+);\n\s*\}/g, "{ $1 }")
    .replace(/^\/\*\*[\s\S]*?\*\/\n/gm, "");
  const told = new Set();
  const comment = (all, indent, text, property) => {
    const sentence = firstSentence(text);
    // A short one says what the name says.
    if (sentence.length < 45 || told.has(sentence + property)) return indent + property;
    told.add(sentence + property);
    return `${indent}/** ${sentence} */\n${indent}${property}`;
  };
  const types = plain.replace(/^export type (\w+) = \{[\s\S]*?^\};/gm, (type, name) =>
    given.has(name)
      ? type
          .replace(/^( *)\/\*\*([\s\S]*?)\*\/\n *(\w+)/gm, comment)
          // What may be absent may be undefined as well.
          .replace(/^(  \w+\?: .*);$/gm, "$1 | undefined;")
      : type,
  ).replace(/ *\/\*\*\n[\s\S]*?\*\/\n/g, "");
  return composed(types);
}

/** What is as another type, or has all that another one has and more, is said so. */
function composed(text) {
  const split = (body) => body.split(/(?<=;\n)(?=  \S)/);
  const bare = (property) => property.replace(/^ *\/\*\*.*\n/, "");
  const types = [...text.matchAll(/^export type (\w+) = \{\n([\s\S]*?)^\};\n/gm)].map(([whole, name, body]) => {
    return { whole, name, properties: split(body), names: split(body).map(bare) };
  });
  return types.reduce((text, { whole, name, properties, names }, at) => {
    const has = (other) => other.names.every((it) => names.includes(it));
    const same = types.slice(0, at).find((other) => other.names.length === names.length && has(other));
    if (same !== undefined) return text.replace(whole, `export type ${name} = ${same.name};\n`);
    const part = types.find((other) => other.name !== name && other.names.length > 8 && has(other));
    if (part === undefined) return text;
    const rest = properties.filter((_, at) => !part.names.includes(names[at]));
    return text.replace(whole, `export type ${name} = ${part.name} & {\n${rest.join("")}};\n`);
  }, text);
}

function firstSentence(comment) {
  const text = comment.replace(/\n\s*\* ?/g, " ").trim();
  return /^.*?\.(?=\s)/.exec(text)?.[0] ?? text;
}

/** Every code that the document has for a failure. */
function codes(document, operations) {
  const found = new Set();
  const add = (value) => {
    if (typeof value === "string" && /^[a-z][a-z_]*$/.test(value)) found.add(value);
  };
  const walk = (value, seen) => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    if (typeof value.$ref === "string") walk(at(value.$ref), seen);
    const code = value.properties?.code;
    if (code) [code.const, ...(code.enum ?? [])].forEach(add);
    if (typeof value.error === "string") add(value.code);
    Object.values(value).forEach((inner) => walk(inner, seen));
  };
  const at = (reference) => reference.slice(2).split("/").reduce((inner, name) => inner[name.replaceAll("~1", "/")], document);
  for (const { failures } of operations) walk(failures, new Set());
  const lines = [...found].sort().map((code) => `  | "${code}"`);
  return `${note}
/** Every code that the server documents. */
export type ServerErrorCode =
${lines.join("\n")};
`;
}
