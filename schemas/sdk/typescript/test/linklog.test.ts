import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import {
  Linklog, NotFoundError, SlugTakenError, UnauthorizedError, ValidationError, VersionConflictError, type StreamEvent, type ClickEvent,
} from "linklog";
import { startDev, type Dev } from "./dev.js";

let dev: Dev;
let linklog: Linklog;

before(async () => {
  dev = await startDev();
  linklog = new Linklog(dev.api, dev.api_key);
});
after(() => dev.stop());

const visit = (url: string) => fetch(url, { redirect: "manual", headers: { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" } });

test("the README's example", async () => {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const example = /```ts\n([^]*?)```/.exec(readme)![1]!.replace("https://api.example.com", dev.api).replace(/pl_live_…/, dev.api_key);
  const file = new URL("example.js", import.meta.url);
  await writeFile(file, example);
  await import(file.href);
  await rm(file);
  assert.equal((await linklog.getLinkBySlug("spring-sale")).long_url, "https://example.com/spring");
});

test("a link's life", async () => {
  const made = await linklog.createLink({ url: "https://example.com/a?b=c", custom_slug: "life", title: "Größe ✓", metadata: { team: "eu" } });
  assert.equal(made.title, "Größe ✓");
  const link = await linklog.getLink(made.id, { fields: "all" });
  const changed = await linklog.updateLink(link.id, { url: "https://example.org/", title: null }, { if_match: link.version, fields: "all" });
  assert.deepEqual([changed.long_url, changed.title], ["https://example.org/", null]);
  await assert.rejects(linklog.updateLink(link.id, { note: "late" }, { if_match: link.version }), VersionConflictError);
  assert.deepEqual((await linklog.listLinks({ metadata: { team: "eu" } })).links.map((l) => l.id), [link.id]);
  assert.deepEqual((await linklog.getHistory(link.id)).history.map((h) => h.event), ["changed", "destination", "created"]);
  assert.equal((await linklog.revertLink(link.id, { version: 1 })).long_url, "https://example.com/a?b=c");
  assert.equal(Buffer.from(await linklog.getQRCode(link.id, { size: 128 })).toString("latin1", 1, 4), "PNG");
  assert.match(await linklog.listClicksCSV(link.id), /^number,/);
  assert.equal(await linklog.deleteLink(link.id), undefined);
  await assert.rejects(linklog.getLink(link.id), NotFoundError);
});

test("errors have a class and say what is wrong", async () => {
  await linklog.createLink({ url: "https://example.com", custom_slug: "taken" });
  await assert.rejects(linklog.createLink({ url: "https://example.com", custom_slug: "taken" }), SlugTakenError);
  await assert.rejects(linklog.createLink({ url: "https://example.com", custom_slug: "a b" }), (error) => {
    assert.ok(error instanceof ValidationError);
    assert.deepEqual([error.name, error.status, error.field], ["ValidationError", 422, "custom_slug"]);
    return true;
  });
  await assert.rejects(new Linklog(dev.api, "nobody").getAccount(), UnauthorizedError);
});

test("one key is one write", async () => {
  const write = () => linklog.createLink({ url: "https://example.com/once" }, { idempotency_key: "ts-once" });
  assert.equal((await write()).id, (await write()).id);
});

test("all pages", async () => {
  const operations = [1, 2, 3, 4, 5].map((n) => ({ op: "create" as const, url: "https://example.com", custom_slug: `page-${n}`, tags: ["pages"] }));
  assert.equal((await linklog.changeLinks({ operations, atomic: true })).succeeded, 5);
  const slugs: string[] = [];
  for await (const link of linklog.iterateLinks({ tag: "pages", sort: "slug", order: "asc", limit: 2 })) slugs.push(link.slug);
  assert.deepEqual(slugs, operations.map((o) => o.custom_slug));
  assert.equal(await linklog.countLinks({ tag: "pages" }), 5);
});

test("clicks as they happen, and their sums", async () => {
  const link = await linklog.createLink({ url: "https://example.com", custom_slug: "live" });
  const seen: StreamEvent<ClickEvent>[] = [];
  const first = linklog.streamClicks({ link: link.id, last_event_id: await position() });
  assert.equal((await visit(link.short_url)).status, 302);
  seen.push((await first.next()).value!);
  await first.return();
  assert.equal((await visit(link.short_url)).status, 302);
  for await (const event of linklog.streamClicks({ link: link.id, last_event_id: seen[0]!.id })) {
    seen.push(event);
    break;
  }
  assert.deepEqual(seen.map((e) => [e.event, e.data.slug]), [["click", "live"], ["click", "live"]]);
  assert.notEqual(seen[0]!.data.id, seen[1]!.data.id);
  let rows = 0;
  for await (const click of linklog.exportClicks({ link: link.id })) rows += click.link_id === link.id ? 1 : 0;
  assert.equal(rows, 2);
});

/** Where the stream of clicks stands: the test's first click may come before its stream has begun. */
async function position(): Promise<string> {
  const answer = await fetch(`${dev.api}/v1/clicks/stream`, { headers: { Authorization: `Bearer ${dev.api_key}` } });
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    const id = /^id: (.*)$/m.exec(Buffer.from(chunk).toString())?.[1];
    if (id) return id;
  }
  throw new Error("the stream tells no place");
}
