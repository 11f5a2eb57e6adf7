import { once } from "node:events";
import { rm } from "node:fs/promises";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { connect } from "node:net";
import type { Logger } from "@arbitex/core";
import { messageOf } from "../message-of.ts";
import { socketName } from "./control-path.ts";

/**
 * Answers a command's request with a value for JSON, or with an async iterable of such values, each sent as a line as
 * it comes. `left` aborts when the command is gone. A thrown error is reported to the command.
 */
export type ControlRoute = (query: URLSearchParams, left: AbortSignal) => Promise<unknown>;

/** By method and path, such as `GET /status`. */
export type ControlRoutes = Readonly<Record<string, ControlRoute>>;

export interface ControlOptions {
  /** Undefined when the server has no socket. */
  readonly path: string | undefined;
  readonly routes: ControlRoutes;
  readonly logger: Logger;
}

export interface ControlServer {
  close(): Promise<void>;
}

/** Umask of the socket. Access to the socket grants the operator's rights. */
const OWNER_ONLY = 0o177;

/**
 * Opens a socket through which commands on this machine reach this server: HTTP over a Unix socket that only its owner
 * may open. When it cannot be opened, the server logs a warning and runs without it.
 */
export async function openControl({ path, routes, logger }: ControlOptions): Promise<ControlServer> {
  const none = { close: async () => undefined };
  if (path === undefined) return none;
  const name = socketName(path);
  if (name === undefined) {
    return refused("its path is too long for a socket", "Name a shorter one with SIEM_CONTROL_PATH.");
  }
  if (await answers(name)) {
    return refused("another server answers there", "Name another one with SIEM_CONTROL_PATH.");
  }
  // Left behind by a killed process.
  await rm(name, { force: true });
  const server = createServer((request, response) => void answer(request, response, routes));
  try {
    await listenAsOwner(server, name);
  } catch (error) {
    return refused(messageOf(error), "Name one elsewhere with SIEM_CONTROL_PATH.");
  }
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  function refused(reason: string, fix: string): ControlServer {
    logger.warn({ path, reason, fix }, "there is no control socket: reload and status cannot reach this server");
    return none;
  }
}

/** The socket is created synchronously within the call, so the umask is restored before other code runs. */
function listenAsOwner(server: Server, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const mask = process.umask(OWNER_ONLY);
    try {
      server.once("error", reject).listen(name, () => {
        server.off("error", reject);
        resolve();
      });
    } finally {
      process.umask(mask);
    }
  });
}

/** Whether a live process listens on the socket. */
export function answers(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(name);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, routes: ControlRoutes): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://control");
  const route = routes[`${request.method ?? ""} ${pathname}`];
  request.resume();
  if (route === undefined) {
    return send(response, 404, failure("UNKNOWN", "This server does not know that request; it is of another release."));
  }
  const left = new AbortController();
  response.once("close", () => left.abort());
  try {
    const answered = await route(searchParams, left.signal);
    if (isAsyncIterable(answered)) await sendLines(response, answered, left.signal);
    else send(response, 200, answered);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "INTERNAL";
    const failed = failure(code, messageOf(error));
    if (response.headersSent) response.end(`${JSON.stringify(failed)}\n`);
    else send(response, 500, failed);
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** Sends each value as a line, as fast as the command reads them. */
async function sendLines(response: ServerResponse, values: AsyncIterable<unknown>, left: AbortSignal): Promise<void> {
  for await (const value of values) {
    if (left.aborted) return;
    if (!response.headersSent) response.writeHead(200, { "content-type": "application/x-ndjson" });
    if (!response.write(`${JSON.stringify(value)}\n`)) await once(response, "drain", { signal: left });
  }
  response.end();
}

function failure(code: string, message: string) {
  return { error: { code, message } };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
