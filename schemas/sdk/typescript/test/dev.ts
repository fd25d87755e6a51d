import { spawn } from "node:child_process";
import { webcrypto } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import type { TestContext } from "node:test";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

globalThis.crypto ??= webcrypto as unknown as Crypto; // Debian 12 has Node 18, which hides it

const binary = process.env.LINKLOG ?? new URL("../../../../../bin/linklog", import.meta.url).pathname;

/** A Linklog of the tests' own. */
export interface Dev {
  api: string;
  redirect: string;
  api_key: string;
  stop(): Promise<void>;
}

/** Starts a Linklog on free ports, with empty data. */
export async function startDev(): Promise<Dev> {
  const data = await mkdtemp(join(tmpdir(), "linklog-sdk-"));
  await chmod(data, 0o755); // where root tests, Postgres runs as another user
  const free = ["api", "redirect", "admin"].map((name) => `--listen-${name}=127.0.0.1:0`);
  const dev = spawn(binary, ["dev", "--json", "--data", data, ...free], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(dev, "exit");
  const [line] = await Promise.race([once(createInterface(dev.stdout), "line"), ended.then(() => [""])]);
  if (!line) throw new Error(`${binary} did not start`);
  const stop = async () => {
    dev.kill("SIGTERM");
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  return { ...JSON.parse(line), stop };
}

/** A request as it came, and how it was answered. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that gives one answer after the other, and remembers the requests. It ends with the test. */
export async function scripted(t: TestContext, ...answers: Answer[]): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answers[Math.min(requests.length, answers.length) - 1]!(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** An answer in JSON. */
export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_, response) => response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));

/** An error of the API. */
export const refused = (status: number, error: object, headers?: Record<string, string>): Answer => json(status, { success: false, error }, headers);
