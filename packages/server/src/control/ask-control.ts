import type { IncomingMessage } from "node:http";
import { request } from "node:http";
import { z } from "zod";
import { UsageError } from "../usage-error.ts";
import { NO_CONTROL_PATH, socketName } from "./control-path.ts";

export interface Question {
  /** The result of `controlPathOf`. */
  readonly path: string | undefined;
  readonly method: "GET" | "POST";
  /** Such as `/reload`. */
  readonly route: string;
  readonly signal?: AbortSignal;
}

const failureSchema = z.object({ error: z.object({ message: z.string() }) });

/** Asks the server that runs with this configuration. Throws, with the fix, when none runs or it cannot be asked. */
export async function askControl({ path, method, route, signal }: Question): Promise<unknown> {
  if (path === undefined) throw new UsageError(NO_CONTROL_PATH);
  const name = socketName(path);
  if (name === undefined)
    throw new UsageError(`${path} is too long for a socket. Name another with SIEM_CONTROL_PATH.`);
  let reply: Reply;
  try {
    reply = await exchange(name, { method, route, signal });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const advice = ADVICE[code];
    if (advice === undefined) throw error;
    throw new UsageError(`No server can be asked at ${path}: ${advice}`, { cause: error });
  }
  if (reply.status === 200) return reply.body;
  const failed = failureSchema.safeParse(reply.body);
  throw new UsageError(failed.success ? failed.data.error.message : `The server answered ${reply.status}.`);
}

const NOT_RUNNING =
  "no server runs with this configuration. Start one with arbitex-siem run, or give this command the working folder, the --config and the SIEM_QUEUE_PATH that the server was given";

const ADVICE: Readonly<Record<string, string>> = {
  ENOENT: `${NOT_RUNNING}.`,
  ENOTDIR: `${NOT_RUNNING}.`,
  ECONNREFUSED: `${NOT_RUNNING}; the last one was killed.`,
  EACCES: "it belongs to another user. Run this command as the user that the server runs as.",
  EPERM: "it belongs to another user. Run this command as the user that the server runs as.",
  ECONNRESET: "the server ended before it answered.",
};

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

function exchange(
  socketPath: string,
  { method, route, signal }: Pick<Question, "method" | "route"> & { readonly signal: AbortSignal | undefined },
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path: route, ...(signal !== undefined && { signal }) });
    sent.once("error", reject);
    sent.once("response", (response) => {
      bodyOf(response).then((text) => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }), reject);
    });
    sent.end();
  });
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  let text = "";
  response.setEncoding("utf8");
  for await (const chunk of response) text += String(chunk);
  return text;
}
