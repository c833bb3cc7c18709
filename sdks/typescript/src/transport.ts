/** One call: its request, its tries, its end. */

import { webcrypto } from "#crypto";
import { type Expected, read } from "./answer.js";
import { Deadline } from "./deadline.js";
import { type Failure, errorOf, ofNetwork, ofTimeout, tellsOfEarlierOnes } from "./failures.js";
import { type CallOptions, type Checked, type CreateOptions, checkBehaviour, checkIdempotencyKey } from "./options.js";
import { pauseBefore } from "./retry.js";

/**
 * What a call does, by which it may be tried again after its answer was lost: `reads` changes nothing, `creates`
 * does it once for its key, and of `writes` nobody would know.
 */
export type Does = "reads" | "writes" | "creates";

/** A call to be made. */
export interface Call {
  /** Method and path, as `openapi.json` has them. */
  operation: string;
  does: Does;
  /** What stands in the query of a GET or a DELETE, in the body of others. What is undefined is left out. */
  parameters?: object | undefined;
  expects?: Expected;
  options?: CreateOptions | undefined;
}

export interface Transport {
  send(call: Call): Promise<unknown>;
}

/** Calls a server. `secretKey` is sent with every call, if there is one. */
export function transportTo(server: Checked, secretKey?: string): Transport {
  return {
    async send(call) {
      const options: CallOptions = call.options ?? {};
      const behaviour = checkBehaviour(options, server);
      const request = requestOf(call, server.baseUrl, secretKey);
      const deadline = new Deadline(behaviour.timeoutMs, options.signal);
      try {
        return await tries({ ...server, ...behaviour }, call, request, deadline);
      } finally {
        deadline.end();
      }
    },
  };
}

interface Request {
  url: string;
  init: RequestInit;
  idempotencyKey: string | undefined;
}

async function tries(server: Checked, call: Call, { url, init, idempotencyKey }: Request, deadline: Deadline) {
  let isInDoubt = false;
  for (let tried = 0, waited = 0; ; ) {
    deadline.throwIfGivenUp();
    const outcome = await attempt(server, url, init, call.expects ?? "json", deadline);
    if ("answer" in outcome) return outcome.answer;
    const { failure, needsReauthorization } = outcome;
    isInDoubt = call.does !== "reads" && (failure.perhapsDone || (isInDoubt && !tellsOfEarlierOnes(failure)));
    const pause = pauseBefore({ failure, does: call.does, tried, waited, server, left: deadline.left });
    if (pause === undefined) throw errorOf({ ...failure.facts, idempotencyKey }, isInDoubt, needsReauthorization);
    if (failure.again === "wait") waited += 1;
    else tried += 1;
    await deadline.pause(pause);
  }
}

type Outcome = { answer: unknown } | { failure: Failure; needsReauthorization: boolean };

async function attempt(
  server: Checked,
  url: string,
  init: RequestInit,
  expects: Expected,
  deadline: Deadline,
): Promise<Outcome> {
  try {
    const { fetch } = server;
    const response = await fetch(url, { ...init, signal: deadline.signal });
    return read(response, await response.text(), expects);
  } catch (cause) {
    deadline.throwIfGivenUp();
    const failure = deadline.isOver ? ofTimeout(server.timeoutMs) : ofNetwork(cause, url);
    return { failure, needsReauthorization: false };
  }
}

function requestOf(call: Call, baseUrl: string, secretKey: string | undefined): Request {
  const [method = "GET", path = "/"] = call.operation.split(" ");
  const headers: Record<string, string> = { accept: call.expects === "text" ? "text/plain" : "application/json" };
  if (secretKey !== undefined) headers["authorization"] = `Bearer ${secretKey}`;
  let idempotencyKey: string | undefined;
  if (call.does === "creates") {
    idempotencyKey = checkIdempotencyKey(call.options?.idempotencyKey ?? webcrypto.randomUUID());
    headers["idempotency-key"] = idempotencyKey;
  }
  // A redirect is no answer of Juncture's, and the key must not follow it.
  const init: RequestInit = { method, headers, redirect: "manual" };
  let url = baseUrl + path;
  if (method === "GET" || method === "DELETE") {
    url += queryOf(call.parameters ?? {});
  } else {
    headers["content-type"] = "application/json";
    init.body = JSON.stringify(call.parameters ?? {});
  }
  return { url, init, idempotencyKey };
}

/** A query; what is a list is repeated. */
export function queryOf(parameters: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    for (const one of values) if (one !== undefined && one !== null) query.append(name, String(one));
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
