/** Whether, and after which pause, a call is tried again. */

import type { Failure } from "./failures.js";
import type { Checked } from "./options.js";
import type { Does } from "./transport.js";

/** A server that wants to be left alone for longer is left to the caller, in milliseconds. */
const LONGEST_WAIT = 30_000;
/** The longest pause of our own choice, in milliseconds. */
const LONGEST_PAUSE = 8_000;

interface Tried {
  failure: Failure;
  does: Does;
  /** How many tries have failed before this one. */
  tried: number;
  /** How often the first call with this key has been waited for. */
  waited: number;
  server: Checked;
  /** How much time the call has left, in milliseconds. */
  left: number;
}

/** The pause before the next try, in milliseconds; none if there is to be no other. */
export function pauseBefore({ failure, does, tried, waited, server, left }: Tried): number | undefined {
  const { maxRetries, retryDelayMs } = server;
  const { again, facts } = failure;
  let pause: number;
  if (again === "wait") {
    if (maxRetries === 0) return undefined;
    pause = growing(Math.max(retryDelayMs, 20), waited, 2_000);
  } else {
    const isHarmless = again === "always" || (again === "harmless" && does !== "writes");
    if (!isHarmless || tried >= maxRetries) return undefined;
    pause = growing(retryDelayMs, tried, LONGEST_PAUSE);
    if (facts.retryAfter !== undefined) pause = Math.max(pause, facts.retryAfter * 1000);
  }
  return pause > LONGEST_WAIT || pause >= left ? undefined : pause;
}

/** Twice as long each time; at random, so that those who failed together do not come again together. */
function growing(first: number, times: number, longest: number): number {
  return Math.min(first * 2 ** times, longest) * (0.5 + Math.random() / 2);
}
