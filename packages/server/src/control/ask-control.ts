import type { IncomingMessage } from "node:http";
import { request } from "node:http";
import { createInterface } from "node:readline";
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
export async function askControl(question: Question): Promise<unknown> {
  const response = await opened(question);
  return JSON.parse(await textOf(response));
}

/** Asks for a stream of answers, which ends with the server, with `signal`, or when the caller stops reading. */
export async function* followControl(question: Question): AsyncGenerator {
  const response = await opened(question);
  try {
    for await (const line of createInterface({ input: response })) {
      const answer: unknown = JSON.parse(line);
      const failed = failureSchema.safeParse(answer);
      if (failed.success) throw new UsageError(failed.data.error.message);
      yield answer;
    }
  } finally {
    response.destroy();
  }
}

/** Resolves to a good answer, whose body is unread. */
async function opened({ path, method, route, signal }: Question): Promise<IncomingMessage> {
  if (path === undefined) throw new UsageError(NO_CONTROL_PATH);
  const name = socketName(path);
  if (name === undefined)
    throw new UsageError(`${path} is too long for a socket. Name another with SIEM_CONTROL_PATH.`);
  let response: IncomingMessage;
  try {
    response = await exchange(name, { method, route, signal });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const advice = ADVICE[code];
    if (advice === undefined) throw error;
    throw new UsageError(`No server can be asked at ${path}: ${advice}`, { cause: error });
  }
  if (response.statusCode === 200) return response;
  const failed = failureSchema.safeParse(JSON.parse(await textOf(response)));
  throw new UsageError(failed.success ? failed.data.error.message : `The server answered ${response.statusCode ?? 0}.`);
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

function exchange(
  socketPath: string,
  { method, route, signal }: Pick<Question, "method" | "route"> & { readonly signal: AbortSignal | undefined },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({ socketPath, method, path: route, ...(signal !== undefined && { signal }) })
      .once("error", reject)
      .once("response", resolve)
      .end();
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = "";
  response.setEncoding("utf8");
  for await (const chunk of response) text += String(chunk);
  return text;
}
