/** The types are those of openapi.json, and the code above them stands or falls with it. */

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { documentPath, packageFolder } from "./support/folders.js";

const folder = mkdtempSync(join(tmpdir(), "juncture-sdk-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function generate(document: string, target: string): void {
  execFileSync(process.execPath, [join(packageFolder, "scripts/generate.mjs"), document, target]);
}

test("the generated types are made from openapi.json: else `npm run generate`", () => {
  const target = join(folder, "again");
  generate(documentPath, target);
  const committed = join(packageFolder, "src/generated");
  assert.deepEqual(readdirSync(committed), readdirSync(target));
  for (const name of readdirSync(committed)) {
    assert.equal(readFileSync(join(committed, name), "utf8"), readFileSync(join(target, name), "utf8"), name);
  }
});

type Document = {
  paths: Record<string, Record<string, { parameters?: { name: string }[]; requestBody?: { content: Record<string, { schema: { $ref: string } }> } }>>;
  components: { schemas: Record<string, { properties: Record<string, unknown>; required?: string[] }> };
};

/** What tsc says of the sources on top of a document that was changed. */
function compiledAgainst(change: (document: Document) => void): string {
  const copy = mkdtempSync(join(folder, "changed-"));
  const document = JSON.parse(readFileSync(documentPath, "utf8")) as Document;
  change(document);
  writeFileSync(join(copy, "openapi.json"), JSON.stringify(document));
  for (const name of ["src", "tsconfig.json", "package.json"]) cpSync(join(packageFolder, name), join(copy, name), { recursive: true });
  symlinkSync(join(packageFolder, "node_modules"), join(copy, "node_modules"));
  generate(join(copy, "openapi.json"), join(copy, "src/generated"));
  const compiler = join(packageFolder, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "--noEmit", "--skipLibCheck", "true", "-p", copy], { encoding: "utf8" });
  assert.equal(status === 0, stdout === "", stdout);
  return stdout;
}

const bodyOf = (document: Document, path: string, method: string) => {
  const { $ref } = document.paths[path]![method]!.requestBody!.content["application/json"]!.schema;
  return document.components.schemas[$ref.split("/").at(-1)!]!;
};

const changes: [string, RegExp, (document: Document) => void][] = [
  ["a path", /get-changelog/, ({ paths }) => {
    paths["/api/backend/jira/get-history"] = paths["/api/backend/jira/get-changelog"]!;
    delete paths["/api/backend/jira/get-changelog"];
  }],
  ["a method", /PUT edit-issue/, ({ paths }) => {
    const operations = paths["/api/backend/jira/edit-issue"]!;
    paths["/api/backend/jira/edit-issue"] = { patch: operations["put"]! };
  }],
  ["the name of a parameter in a query", /issue_id_or_key/, ({ paths }) => {
    const operation = paths["/api/backend/jira/get-comments"]!["get"]!;
    for (const parameter of operation.parameters!) if (parameter.name === "issue_id_or_key") parameter.name = "issue";
  }],
  ["the name of a parameter in a body", /jira_project_id/, (document) => {
    const body = bodyOf(document, "/api/backend/jira/select-project", "post");
    body.properties["project_id"] = body.properties["jira_project_id"];
    delete body.properties["jira_project_id"];
    body.required = body.required!.map((name) => name.replace("jira_project_id", "project_id"));
  }],
  ["what a body must have", /search-issues|scope/, (document) => {
    const body = bodyOf(document, "/api/backend/jira/select-project", "post");
    body.properties["scope"] = { type: "string" };
    body.required!.push("scope");
  }],
  ["a creation without a key", /create-ticket/, ({ paths }) => {
    const operation = paths["/api/backend/jira/create-ticket"]!["post"]!;
    operation.parameters = operation.parameters!.filter(({ name }) => name !== "Idempotency-Key");
  }],
];

for (const [what, message, change] of changes) {
  test(`${what}, changed, does not compile`, () => assert.match(compiledAgainst(change), message));
}
