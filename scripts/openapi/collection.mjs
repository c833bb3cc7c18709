/**
 * Makes docs/juncture.postman_collection.json from openapi.json, for Postman, Bruno, Insomnia and Hoppscotch.
 * `node collection.mjs --check` fails if it is out of step.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import converter from "openapi-to-postmanv2";
import postman from "postman-collection";

const root = new URL("../../", import.meta.url);
const file = new URL("docs/juncture.postman_collection.json", root);

const convert = promisify(converter.convert.bind(converter));
const data = readFileSync(new URL("openapi.json", root), "utf8");
const { result, reason, output } = await convert(
  { type: "string", data },
  { folderStrategy: "Tags", requestParametersResolution: "Example", optimizeConversion: false },
);
if (!result) throw new Error(reason);
const { info, item: folders } = output[0].data;

const bearer = [{ key: "token", value: "{{secret_key}}", type: "string" }];
const collection = {
  info: { name: info.name, description: textOf(info.description), schema: info.schema },
  auth: { type: "bearer", bearer },
  variable: [
    { key: "base_url", value: "http://127.0.0.1:8000" },
    // Yours, in an environment; never in a file that you share.
    { key: "secret_key", value: "" },
  ],
  item: folders.map(({ name, item }) => ({ name, item: item.map(request) })),
};

// Read as Postman reads it: each request leads to an operation of the document.
const { paths } = JSON.parse(data);
let requests = 0;
new postman.Collection(collection).forEachItem(({ name, request: { method, url } }) => {
  const path = url.getPath({ unresolved: true }).replace(/:(\w+)/g, "{$1}");
  if (paths[path]?.[method.toLowerCase()] === undefined) throw new Error(`${name}: no ${method} ${path}`);
  requests += 1;
});
const operations = Object.values(paths).flatMap(Object.values).length;
if (requests !== operations) throw new Error(`${requests} requests of ${operations} operations`);

const text = `${JSON.stringify(collection, undefined, 1)}\n`;
if (process.argv.includes("--check")) {
  if (readFileSync(file, "utf8") !== text) {
    console.error("docs/juncture.postman_collection.json is out of step: run scripts/openapi/collection.mjs");
    process.exit(1);
  }
} else {
  writeFileSync(file, text);
}

/** A request without what is made up anew each time, and without answers, which openapi.json shows. */
function request({ name, request: { method, url, header, body, auth, description } }) {
  const { path, query = [], variable = [] } = url;
  const asked = query.map(({ key, value, description, disabled }) => {
    const words = textOf(description);
    // What must be is on, and whoever wants the rest turns it on.
    return { key, value: String(value ?? ""), description: words, disabled: disabled || !words.startsWith("(Required)") };
  });
  const parts = variable
    .filter(({ key }) => path.includes(`:${key}`))
    .map(({ key, value, description }) => ({ key, value: String(value ?? ""), description: textOf(description) }));
  const address = `{{base_url}}/${path.join("/")}`;
  const on = asked.filter(({ disabled }) => !disabled).map(({ key, value }) => `${key}=${value}`);
  return {
    name,
    request: {
      method,
      ...(auth === undefined || auth === null || auth.type === "noauth" ? { auth: { type: "noauth" } } : {}),
      header: header.map(({ key, value, description, disabled }) => ({
        key,
        value: String(value ?? ""),
        ...(textOf(description) && { description: textOf(description) }),
        ...(disabled && { disabled }),
      })),
      url: {
        raw: on.length > 0 ? `${address}?${on.join("&")}` : address,
        host: ["{{base_url}}"],
        path,
        ...(asked.length > 0 && { query: asked }),
        ...(parts.length > 0 && { variable: parts }),
      },
      ...(body?.mode === "raw" && { body: { mode: "raw", raw: body.raw, options: { raw: { language: "json" } } } }),
      description: textOf(description),
    },
  };
}

function textOf(description) {
  return (typeof description === "object" ? description?.content : description) ?? "";
}
