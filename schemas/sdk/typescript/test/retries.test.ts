import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Linklog, LinklogError, RateLimitedError, UnavailableError, UnreachableError, type Options } from "linklog";
import { json, refused, scripted, type Answer } from "./dev.js";

const made = json(201, { success: true, link: { id: "lnk_1" } });
const away = (headers?: Record<string, string>) => refused(503, { code: "UNAVAILABLE", message: "later", fate: "unknown" }, headers);
const hangUp: Answer = (request) => request.socket.destroy();

/** Makes a link where the answers are those, and tells what became of it and how it was asked for. */
async function create(t: TestContext, options: Options, params: { idempotency_key?: string }, ...answers: Answer[]) {
  const server = await scripted(t, ...answers);
  const begin = Date.now();
  const outcome = await new Linklog(server.url, "key", options).createLink({ url: "https://example.com" }, params).catch((error: LinklogError) => error);
  return { outcome, ms: Date.now() - begin, keys: server.requests.map((r) => r.headers["idempotency-key"]) };
}

test("a write is tried again under the same key", async (t) => {
  const { outcome, ms, keys } = await create(t, {}, {}, away({ "Retry-After": "1" }), hangUp, made);
  assert.deepEqual(outcome, { id: "lnk_1" });
  assert.ok(ms >= 1000, `Retry-After was not heeded: ${ms} ms`);
  assert.equal(keys.length, 3);
  assert.match(keys[0] as string, /^[0-9a-f]{32}$/);
  assert.equal(new Set(keys).size, 1);
});

test("a key of one's own", async (t) => {
  const { keys } = await create(t, {}, { idempotency_key: "mine" }, away(), made);
  assert.deepEqual(keys, ["mine", "mine"]);
});

test("in the end the error tells the fate", async (t) => {
  const { outcome, keys } = await create(t, { retries: 1 }, {}, away());
  assert.ok(outcome instanceof UnavailableError);
  assert.deepEqual([outcome.fate, outcome.idempotencyKey, keys.length], ["unknown", keys[0], 2]);
});

test("nobody waits for an hour", async (t) => {
  const full = refused(429, { code: "RATE_LIMITED", message: "too many" }, { "Retry-After": "3600", "X-RateLimit-Reset": "1800000000" });
  const { outcome, keys } = await create(t, {}, {}, full);
  assert.ok(outcome instanceof RateLimitedError);
  assert.deepEqual([outcome.reset, outcome.retryAfter, keys.length], [new Date(1800000000000), 3_600_000, 1]);
});

test("silence, and what isn't the API", async (t) => {
  const silent = await create(t, { retries: 0, timeout: 50 }, {}, () => {});
  assert.ok(silent.outcome instanceof UnreachableError);
  assert.equal(silent.outcome.idempotencyKey, silent.keys[0]);
  const elsewhere = await create(t, {}, {}, (_, response) => response.writeHead(302, { Location: "https://example.com" }).end());
  assert.ok(elsewhere.outcome instanceof LinklogError);
  assert.deepEqual([elsewhere.outcome.status, elsewhere.keys.length], [302, 1]);
});

test("whoever asked may give up", async (t) => {
  const server = await scripted(t, away({ "Retry-After": "30" }));
  await assert.rejects(new Linklog(server.url, "key").getAccount({ signal: AbortSignal.timeout(50) }), { name: "TimeoutError" });
  const stop = new AbortController();
  const slow = await scripted(t, (_, response) => void response.write('{"link_id":1}\n'));
  const rows = new Linklog(slow.url, "key").exportAnalytics({ signal: stop.signal });
  await rows.next();
  const next = rows.next();
  stop.abort();
  await assert.rejects(next, { name: "AbortError" });
});

test("rows that break off are no end", async (t) => {
  const server = await scripted(t, (_, response) => {
    response.write('{"link_id":1}\n');
    response.socket!.end();
  });
  const rows = new Linklog(server.url, "key").exportAnalytics();
  assert.deepEqual((await rows.next()).value, { link_id: 1 });
  await assert.rejects(rows.next(), UnreachableError);
});

test("a stream that is cut off goes on where it was", async (t) => {
  const events = (text: string): Answer => (_, response) => response.writeHead(200, { "Content-Type": "text/event-stream" }).end(text);
  const server = await scripted(
    t,
    events('retry: 2000\n\nevent: click\nid: 7\ndata: {"slug":"ä"}\n\n:\nid: 8\n\nevent: click\nid: 9\nda'),
    events('event: gap\ndata: {}\n\nevent: click\nid: 10\r\ndata: {"slug":"b"}\r\n\r\n'),
  );
  const seen = [];
  for await (const { event, id, data } of new Linklog(server.url, "key").streamClicks()) {
    seen.push([event, id, data.slug]);
    if (seen.length === 3) break;
  }
  assert.deepEqual(seen, [["click", "7", "ä"], ["gap", "8", undefined], ["click", "10", "b"]]);
  assert.deepEqual(server.requests.map((r) => r.headers["last-event-id"]), [undefined, "8"]);
});
