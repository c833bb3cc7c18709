/** A fresh folder with the packed package in it, as a customer has it. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageFolder } from "./folders.js";

export interface Installed {
  folder: string;
  /** Writes a file into it. */
  write(name: string, text: string): string;
  remove(): void;
}

/** Packs the package and installs it, without asking any registry. */
export function install(): Installed {
  const folder = mkdtempSync(join(tmpdir(), "juncture-sdk-"));
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const options = { cwd: folder, encoding: "utf8" } as const;
  const name = execFileSync("npm", ["pack", packageFolder, "--ignore-scripts", "--silent"], options).trim();
  write("package.json", JSON.stringify({ name: "fresh", private: true, type: "module" }));
  execFileSync("npm", ["install", `./${name}`, "--offline", "--no-audit", "--no-fund", "--silent"], options);
  return { folder, write, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The blocks of a language in a page of Markdown; of one section, if its heading is named. */
export function blocks(page: string, language: string, heading?: string): string[] {
  const text = readFileSync(page, "utf8");
  const section = heading === undefined ? text : text.split(new RegExp(`^## ${heading}$`, "m"))[1]?.split(/^## /m)[0];
  return [...(section ?? "").matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, code]) => code!);
}
