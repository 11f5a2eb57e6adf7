import type { Socket } from "node:net";
import { SiemError } from "../../errors.ts";
import { arrival, dialTcp, secured } from "../dial.ts";
import { parseHead } from "../http/reply-head.ts";
import type { Proxy } from "./proxy-settings.ts";

const MAX_HEAD_BYTES = 16 * 1024;
const END_OF_HEAD = "\r\n\r\n";

/** Opens a tunnel through a proxy. Errors tell the proxy's refusals from the SIEM's. */
export async function tunnel(
  proxy: Proxy,
  target: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<Socket> {
  const socket = await toProxy(proxy, signal);
  const { host, port } = target;
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const credential = proxy.authorization === undefined ? "" : `proxy-authorization: ${proxy.authorization}\r\n`;
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${credential}\r\n`, "latin1");
  try {
    const status = await answerOf(socket, signal);
    if (status >= 200 && status < 300) return socket;
    throw refusalOf(proxy, authority, status);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function toProxy({ host, port, secure }: Proxy, signal: AbortSignal): Promise<Socket> {
  try {
    const socket = await dialTcp({ protocol: "proxy:", host, port }, signal, undefined);
    return secure ? await secured(socket, { options: {}, host }, signal) : socket;
  } catch (error) {
    if (signal.aborted || !(error instanceof Error)) throw error;
    error.message = `the proxy ${host}:${port} cannot be reached: ${error.message}`;
    throw error;
  }
}

async function answerOf(socket: Socket, signal: AbortSignal): Promise<number> {
  let text = "";
  while (text.length <= MAX_HEAD_BYTES) {
    const chunk: unknown = socket.read();
    if (!Buffer.isBuffer(chunk)) {
      await arrival(socket, "readable", signal);
      continue;
    }
    text += chunk.toString("latin1");
    const end = text.indexOf(END_OF_HEAD);
    if (end < 0) continue;
    const { status } = parseHead(text.slice(0, end));
    if (status < 200) throw new Error("the proxy gives informational answers to CONNECT");
    // The server must not send before the client.
    if (status < 300 && text.length > end + END_OF_HEAD.length) throw new Error("the proxy says more than its answer");
    return status;
  }
  throw new Error(`the proxy's answer is larger than ${MAX_HEAD_BYTES} bytes`);
}

function refusalOf({ host, port, variable }: Proxy, authority: string, status: number): Error {
  const what = `the proxy ${host}:${port} of ${variable} answers ${status} to a connection to ${authority}`;
  if (status === 407 || status === 401) return new SiemError("SIEM_PROXY_CREDENTIAL", what);
  const isTransient = status === 408 || status === 425 || status === 429 || status >= 500;
  return isTransient ? new Error(what) : new SiemError("SIEM_PROXY_REFUSED", what);
}
