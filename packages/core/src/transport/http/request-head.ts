import type { HttpExchange } from "../../connector/http-transport.ts";

/** Writes the head of a request. Throws for a header that cannot be sent. */
export function requestHead({ method, origin, path, headers, body }: HttpExchange): string {
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${origin.slice(origin.indexOf("//") + 2)}\r\nconnection: keep-alive\r\n`;
  for (const name of Object.keys(headers)) {
    const value = headers[name] ?? "";
    if (!NAME.test(name) || OWN.has(name.toLowerCase())) throw new TypeError(`the header "${name}" cannot be set`);
    if (!VALUE.test(value)) throw new TypeError(`the value of the header "${name}" cannot be sent`);
    head += `${name}: ${value}\r\n`;
  }
  return body === undefined && method === "GET" ? `${head}\r\n` : `${head}content-length: ${body?.length ?? 0}\r\n\r\n`;
}

const NAME = /^[\w!#$%&'*+\-.^`|~]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Headers that only the transport sets. */
const OWN = new Set(["host", "connection", "content-length", "transfer-encoding", "expect", "upgrade"]);
