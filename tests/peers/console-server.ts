import { join } from "node:path";
import type { Running } from "../server/command.ts";
import { start } from "../server/command.ts";

export interface ConsoleAnswer {
  readonly status: number;
  /** The session's cookie, if one was set. */
  readonly cookie: string;
  /** The body; of lines, a list. */
  // oxlint-disable-next-line typescript/no-explicit-any -- each test says what it expects of it
  readonly json: any;
}

export interface ConsoleRequest {
  readonly token?: string;
  readonly cookie?: string;
  readonly csrf?: string;
  readonly body?: object;
  /** Whether the answer is wanted line by line. */
  readonly lines?: boolean;
}

/** The real server, called as the console calls it. */
export interface ConsoleServer {
  readonly running: Running;
  readonly call: (method: string, path: string, given?: ConsoleRequest) => Promise<ConsoleAnswer>;
}

/** Starts a server with a queue of its own in this folder. */
export async function startConsoleServer(
  environment: Readonly<Record<string, string>>,
  folder: string,
  words: readonly string[] = [],
): Promise<ConsoleServer> {
  const running = start(["run", "--port", "0", ...words], {
    SIEM_QUEUE: "disk",
    SIEM_QUEUE_PATH: join(folder, "queue"),
    SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
    ...environment,
  });
  const origin = (await running.says(/Listening on (http:\S+)/))[1] ?? "";
  return {
    running,
    async call(method, path, { token, cookie, csrf, body, lines = false } = {}) {
      const reply = await fetch(`${origin}${path}`, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(cookie !== undefined && { cookie }),
          ...(csrf !== undefined && { "x-csrf-token": csrf }),
          ...(body !== undefined && { "content-type": "application/json" }),
          ...(lines && { accept: "application/x-ndjson" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const [set = ""] = reply.headers.getSetCookie();
      return { status: reply.status, cookie: set.split(";")[0] ?? "", json: parsed(await reply.text(), lines) };
    },
  };
}

function parsed(text: string, lines: boolean): unknown {
  if (lines) return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
  return text === "" ? undefined : JSON.parse(text);
}
