import { LinklogError, UnreachableError, refusal } from "./errors.js";
import { Watch, pause, sleep } from "./watch.js";
import { events, lines, type StreamEvent } from "./streams.js";

export { LinklogError, UnreachableError, type StreamEvent };

/** How a client behaves. */
export interface Options {
  /** Attempts after the first, of a request that is answered 429 or 503 or not at all; 4 if left out. */
  retries?: number;
  /** Milliseconds that all attempts of a request may take together; 60,000 if left out. */
  patience?: number;
  /** Milliseconds that an answer, or the next part of it, may take; 30,000 if left out. */
  timeout?: number;
  /** What sends; the platform's if left out. */
  fetch?: typeof fetch;
}

/** What every request may be told. */
export interface RequestOptions {
  /** Ends the request. */
  signal?: AbortSignal;
}

interface Params extends RequestOptions {
  idempotency_key?: string;
  if_match?: number;
  last_event_id?: string;
}

interface Call {
  url: string;
  init: RequestInit;
  key?: string;
  signal?: AbortSignal;
}

/** What reads a 2xx answer. */
type Reader<T> = (response: Response, watch: Watch) => T | Promise<T>;

/**
 * What operations stand on: it sends a request until it is answered for good. All attempts of a write have
 * the same Idempotency-Key, so it is done once.
 */
export abstract class Core {
  protected abstract readonly errors: Record<string, typeof LinklogError>;
  readonly #base: string;
  readonly #key: string;
  readonly #options: Required<Options>;

  /** @param baseURL where the API is, as https://api.example.com */
  constructor(baseURL: string, apiKey: string, options: Options = {}) {
    this.#base = baseURL.replace(/\/+$/, "");
    this.#key = apiKey;
    this.#options = { retries: 4, patience: 60_000, timeout: 30_000, fetch: (...all) => fetch(...all), ...options };
  }

  protected async json<T>(method: string, path: string, params: object, body?: object, take?: string): Promise<T> {
    const text = await this.#send(this.#call(method, path, params, body), (response, watch) => watch.over(response.text()));
    if (text === "") return undefined as T;
    const answer = JSON.parse(text);
    return take === undefined ? answer : answer[take];
  }

  protected text(method: string, path: string, params: object): Promise<string> {
    return this.#send(this.#call(method, path, params), (response, watch) => watch.over(response.text()));
  }

  protected bytes(method: string, path: string, params: object): Promise<Uint8Array> {
    return this.#send(this.#call(method, path, params), async (response, watch) => new Uint8Array(await watch.over(response.arrayBuffer())));
  }

  /** Lines of JSON. Only their beginning is tried again: what comes twice would be counted twice. */
  protected async *rows<T>(method: string, path: string, params: object): AsyncGenerator<T, void> {
    for await (const line of await this.#open(this.#call(method, path, params))) yield JSON.parse(line);
  }

  /** Server-sent events. When it is cut off it comes back to where it was, until its caller stops. */
  protected async *events<T>(method: string, path: string, params: Params): AsyncGenerator<StreamEvent<T>, void> {
    let last = params.last_event_id;
    for (;;) {
      const source = await this.#open(this.#call(method, path, { ...params, last_event_id: last }));
      try {
        for await (const { event, id, data } of events(source)) {
          last = id ?? last;
          if (data !== undefined) yield { event, id: last ?? "", data: JSON.parse(data) };
        }
      } catch (error) {
        if (!(error instanceof UnreachableError)) throw error;
      }
      await sleep(pause(2), params.signal);
    }
  }

  /** The items of all pages. */
  protected async *items<T>(path: string, params: object, member: string): AsyncGenerator<T, void> {
    for (let more = {}; ; ) {
      const page = await this.json<{ next_cursor: string | null; [member: string]: unknown }>("GET", path, { ...params, ...more });
      yield* page[member] as T[];
      if (page.next_cursor === null) return;
      more = { cursor: page.next_cursor };
    }
  }

  #open(call: Call): Promise<AsyncGenerator<string, void>> {
    return this.#send(call, (response, watch) => lines(response.body!, watch));
  }

  #call(method: string, path: string, params: Params, body?: object): Call {
    const { idempotency_key, if_match, last_event_id, signal, ...query } = params;
    const key = method === "GET" ? undefined : (idempotency_key ?? draw());
    const headers: Record<string, string> = { Authorization: `Bearer ${this.#key}` };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (key !== undefined) headers["Idempotency-Key"] = key;
    if (if_match !== undefined) headers["If-Match"] = `"${if_match}"`;
    if (last_event_id !== undefined) headers["Last-Event-ID"] = last_event_id;
    const url = new URL(this.#base + path);
    for (const [name, value] of Object.entries(query)) append(url.searchParams, name, value);
    // A key is for the address it was given with, and a write that is sent on becomes a read.
    return { url: url.href, key, signal, init: { method, headers, body: body && JSON.stringify(body), redirect: "manual" } };
  }

  async #send<T>(call: Call, read: Reader<T>): Promise<T> {
    const ends = Date.now() + this.#options.patience;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#attempt(call, read);
      } catch (error) {
        if (!(error instanceof LinklogError) || !error.passing || attempt >= this.#options.retries) throw error;
        const wait = Math.max(error.retryAfter ?? 0, pause(attempt));
        if (Date.now() + wait > ends) throw error;
        await sleep(wait, call.signal);
      }
    }
  }

  async #attempt<T>(call: Call, read: Reader<T>): Promise<T> {
    call.signal?.throwIfAborted();
    const watch = new Watch(call, this.#options.timeout);
    const response = await watch.over(this.#options.fetch(call.url, { ...call.init, signal: watch.signal }));
    if (response.ok) return read(response, watch);
    throw refusal(response, await watch.over(response.text()), this.errors, call.key);
  }
}

/** An Idempotency-Key that nobody else has. Pages that aren't served over TLS have no randomUUID. */
function draw(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A parameter of the query: metadata: {team: "eu"} is metadata[team]=eu, and what is left out isn't there. */
function append(query: URLSearchParams, name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (typeof value !== "object") return query.append(name, String(value));
  for (const [key, inner] of Object.entries(value)) append(query, `${name}[${key}]`, inner);
}
