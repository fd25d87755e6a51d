/** What the API says about a request that it did not do. Each of its codes has a class of its own. */
export class LinklogError extends Error {
  /** The API's code, as SLUG_TAKEN; empty if the answer isn't the API's. */
  readonly code: string = "";
  /** The HTTP status; 0 if there was no answer. */
  readonly status: number = 0;
  /** The field or parameter that is wrong. */
  readonly field?: string;
  /** What became of a write that may not have been done: a retry with the same key is safe. */
  readonly fate?: "not_done" | "unknown" | "done";
  /** The Idempotency-Key that a write was sent with. */
  readonly idempotencyKey?: string;
  /** Milliseconds that the API wants to be left alone. */
  readonly retryAfter?: number;
  /** When the allowance of requests is full again. */
  readonly reset?: Date;

  constructor(message: string, about: Partial<LinklogError> & ErrorOptions = {}) {
    super(message);
    Object.assign(this, about); // cause as well
    this.name = new.target.name;
  }

  /** Whether the same request may succeed a little later. */
  get passing(): boolean {
    return [0, 429, 502, 503, 504].includes(this.status);
  }
}

/** Nobody answered, or not to the end. */
export class UnreachableError extends LinklogError {}

/** The error of an answer that isn't 2xx. */
export function refusal(response: Response, text: string, classes: Record<string, typeof LinklogError>, idempotencyKey?: string): LinklogError {
  let problem: { code?: string; message?: string; fate?: LinklogError["fate"]; idempotency_key?: string } = {};
  try {
    problem = JSON.parse(text).error ?? {};
  } catch {
    // not the API's
  }
  const { code = "", fate } = problem;
  const message = problem.message ?? `${response.url} answered ${response.status}, not as a Linklog API does`;
  const header = (name: string): string | null => response.headers.get(name);
  const reset = header("X-RateLimit-Reset");
  return new (classes[code] ?? LinklogError)(message, {
    code,
    field: header("Error-Field") ?? undefined,
    fate,
    status: response.status || 502, // a browser hides where a redirect leads
    idempotencyKey: problem.idempotency_key ?? idempotencyKey,
    retryAfter: header("Retry-After") === null ? undefined : waiting(header("Retry-After")!),
    reset: reset ? new Date(Number(reset) * 1000) : undefined,
  });
}

/** Retry-After in milliseconds: it is in seconds or, from a proxy, a date. */
function waiting(text: string): number {
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Math.max(0, ms || 0);
}
