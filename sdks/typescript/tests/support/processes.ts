/** Servers on free ports of the loopback, ended with the test. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { repository } from "./folders.js";

/** How long a server may take to start, in milliseconds: many times what it does. */
const PATIENCE = 60_000;

/** What the other tests have built. */
export const binary = join(resolve(repository, process.env["CARGO_TARGET_DIR"] ?? "target"), "debug/juncture");

export const SECRET_KEY = "a-secret-key-of-the-tests";

/** A simulated Jira and a Juncture that uses it. */
export interface World {
  juncture: string;
  sandbox: string;
  stop(): Promise<void>;
}

/** Starts a simulated Jira and a Juncture. */
export async function startWorld(variables: Record<string, string> = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "juncture-sdk-"));
  const [sandboxPort, juncturePort] = [await freePort(), await freePort()];
  const sandbox = `http://127.0.0.1:${sandboxPort}`;
  const juncture = `http://127.0.0.1:${juncturePort}`;
  const started = [
    start(["sandbox", "--port", String(sandboxPort), "--issues", "40"], folder, {}),
    start(["serve"], folder, {
      PORT: String(juncturePort),
      ATLASSIAN_AUTH_URL: sandbox,
      ATLASSIAN_API_URL: sandbox,
      DEFAULT_JIRA_CLIENT_ID: "sandbox-client",
      DEFAULT_JIRA_CLIENT_SECRET: "sandbox-secret",
      DEFAULT_JIRA_REDIRECT_URI: `${juncture}/api/frontend/oauth/authorization-callback/jira`,
      JUNCTURE_SECRET_KEY: SECRET_KEY,
      RUST_LOG: "error",
      ...variables,
    }),
  ];
  const stop = async () => {
    await Promise.all(started.map(ended));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all([answers(`${sandbox}/_sandbox/world`), answers(`${juncture}/healthz`)]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { juncture, sandbox, stop };
}

function start(args: string[], cwd: string, variables: Record<string, string>): ChildProcess {
  const { PATH = "" } = process.env;
  return spawn(binary, args, { cwd, env: { PATH, ...variables }, stdio: ["ignore", "ignore", "inherit"] });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

/** Waits until a server answers with a success. */
export async function answers(url: string): Promise<void> {
  for (const until = Date.now() + PATIENCE; Date.now() < until; ) {
    const response = await fetch(url).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} does not answer`);
}

/** A port that nobody has. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
