import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import type { Reply } from "./behaviour.ts";

/** Sends a complete answer. Returns its status, as every function here that sends an answer does. */
export function sendReply(response: ServerResponse, { status, headers, body = "" }: Reply): number {
  response.writeHead(status, headersOf(headers, body));
  response.end(body);
  return status;
}

/** Declares the full length, sends half of the answer and closes the connection. */
export function sendHalf(response: ServerResponse, { status, headers, body = "" }: Reply): number {
  response.writeHead(status, headersOf(headers, body));
  const whole = Buffer.from(body);
  const half = whole.subarray(0, Math.floor(whole.length / 2));
  response.write(half, () => response.destroy());
  return status;
}

/** Sends the answer after a delay, unless the client or the simulator has closed by then. */
export async function sendLater(
  response: ServerResponse,
  reply: Reply,
  ms: number,
  closing: AbortSignal,
): Promise<number | undefined> {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  try {
    await wait(ms, undefined, { signal: AbortSignal.any([closing, gone.signal]) });
  } catch {
    return undefined;
  }
  return sendReply(response, reply);
}

export function resetConnection(response: ServerResponse): undefined {
  const { socket } = response;
  // Node can send a reset on plain connections only; with TLS the connection just closes.
  if (socket === null || socket instanceof TLSSocket) response.destroy();
  else socket.resetAndDestroy();
}

/** Ends only the server's side of the connection; the client may continue writing. */
export function halfClose(response: ServerResponse): undefined {
  response.socket?.end();
}

function headersOf(headers: Reply["headers"], body: string | Buffer): Record<string, string | string[]> {
  const given = Object.entries(headers ?? {}).map(([name, value]): [string, string | string[]] => [
    name,
    typeof value === "string" ? value : [...value],
  ]);
  return { "content-length": String(Buffer.byteLength(body)), ...Object.fromEntries(given) };
}
