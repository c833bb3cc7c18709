/** How long a call may take, and whether its caller still wants it. */

/** The longest that a timer takes, in milliseconds. */
export const LONGEST_TIMEOUT = 2 ** 31 - 1;

export class Deadline {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #ends: number;
  readonly #abort = () => this.#controller.abort();
  /** Whether the time is over. */
  isOver = false;

  constructor(timeoutMs: number, caller: AbortSignal | undefined) {
    this.#caller = caller;
    this.#ends = Date.now() + timeoutMs;
    this.#timer = setTimeout(() => {
      this.isOver = true;
      this.#abort();
    }, timeoutMs);
    // `AbortSignal.any` is not in Node 18.
    caller?.addEventListener("abort", this.#abort);
    if (caller?.aborted) this.#abort();
  }

  /** Ends what is under way when the time is over or the caller gives up. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** How much time is left, in milliseconds. */
  get left(): number {
    return this.#ends - Date.now();
  }

  /** Throws the caller's reason if they have given up, as `fetch` does. */
  throwIfGivenUp(): void {
    this.#caller?.throwIfAborted();
  }

  /** Waits so many milliseconds; less if the call ends meanwhile. */
  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(wake, milliseconds);
      const { signal } = this;
      function wake() {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        resolve();
      }
      signal.addEventListener("abort", wake);
      if (signal.aborted) wake();
    });
  }

  /** The call is over: nothing waits for it any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#abort);
  }
}
