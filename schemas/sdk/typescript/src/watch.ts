import { UnreachableError } from "./errors.js";

/** Sees that the other side of one attempt answers in time, each time it is waited for. */
export class Watch {
  readonly signal: AbortSignal;
  readonly #stop = new AbortController();

  constructor(
    readonly call: { url: string; key?: string; signal?: AbortSignal },
    readonly timeout: number,
  ) {
    this.signal = call.signal ? AbortSignal.any([call.signal, this.#stop.signal]) : this.#stop.signal;
  }

  /** Waits for work that heeds the signal. What goes wrong is that nobody answers, or that the caller is tired of it. */
  async over<T>(work: Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.#stop.abort(new Error(`silent for ${this.timeout} ms`)), this.timeout);
    try {
      return await work;
    } catch (error) {
      this.call.signal?.throwIfAborted();
      const { message, cause } = error as Error;
      const why = (cause as Error)?.message || message;
      throw new UnreachableError(`${new URL(this.call.url).host} can't be reached: ${why}`, { cause: error, idempotencyKey: this.call.key });
    } finally {
      clearTimeout(timer);
    }
  }
}

/** How long to wait after an attempt, in milliseconds: longer each time, and not all callers alike. */
export function pause(attempt: number): number {
  return Math.min(200 * 2 ** attempt, 5_000) * (0.5 + Math.random() / 2);
}

/** Lets some time pass. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = (): void => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", give);
      resolve();
    }, ms);
    if (signal?.aborted) give();
    else signal?.addEventListener("abort", give, { once: true });
  });
}
