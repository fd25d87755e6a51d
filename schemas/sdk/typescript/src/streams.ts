import type { Watch } from "./watch.js";

/** A server-sent event. */
export interface StreamEvent<T> {
  /** click, or gap: what came after last_event_id is not all kept any more. */
  event: string;
  /** Where to go on from: the last_event_id of another stream. */
  id: string;
  data: T;
}

/** The lines of an answer as they come. */
export async function* lines(body: ReadableStream<Uint8Array>, watch: Watch): AsyncGenerator<string, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await watch.over(reader.read());
      if (done) break;
      const all = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = all.pop()!;
      yield* all;
    }
    if (rest) yield rest;
  } finally {
    await reader.cancel().catch(() => {}); // it may be broken already
  }
}

/** The events in the lines of a stream. One without data only moves the id on. */
export async function* events(source: AsyncIterable<string>): AsyncGenerator<{ event: string; id?: string; data?: string }, void> {
  let event = "message";
  let id: string | undefined;
  let data: string[] = [];
  for await (const raw of source) {
    const line = raw.replace(/\r$/, "");
    const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (line === "") {
      yield { event, id, data: data.length > 0 ? data.join("\n") : undefined };
      [event, data] = ["message", []];
    } else if (name === "event") event = value!;
    else if (name === "id") id = value!;
    else if (name === "data") data.push(value!);
  }
}
