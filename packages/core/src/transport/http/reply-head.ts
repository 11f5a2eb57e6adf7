import type { HttpReply } from "../../connector/http-reply.ts";

/** Head of a reply, and how its body ends. */
export interface ReplyHead {
  readonly status: number;
  readonly headers: HttpReply["headers"];
  readonly framing: Framing;
  /** Whether the connection may serve another request. */
  readonly keepsAlive: boolean;
  /** Announced idle limit of the connection in milliseconds, if any. */
  readonly idleMs: number | undefined;
}

export type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" }
  /** The body ends with the connection. */
  | { readonly kind: "end" };

/** A SIEM answers many requests alike, so that most heads were read within the last second. */
const recent = new Map<string, ReplyHead>();
const MOST_RECENT = 64;
/** Longer heads are rare. */
const LONGEST_RECENT = 1024;

/** Does what `parseHead` does, once for heads that are the same. */
export function readHead(text: string): ReplyHead {
  const known = recent.get(text);
  // A copy: the caller may change it.
  if (known !== undefined) return { ...known, headers: { ...known.headers } };
  const head = parseHead(text);
  const { headers } = head;
  if (text.length > LONGEST_RECENT || Object.values(headers).some(Array.isArray)) return head;
  if (recent.size >= MOST_RECENT) recent.clear();
  recent.set(text, { ...head, headers: { ...headers } });
  return head;
}

/** Parses the head of an HTTP/1 reply, without the empty line (RFC 9112). Throws if it is invalid. */
export function parseHead(text: string): ReplyHead {
  const [statusLine = "", ...lines] = text.split("\r\n");
  const [, minor, digits] = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: |$)/.exec(statusLine) ?? [];
  if (digits === undefined) throw notHttp();
  const status = Number(digits);
  const headers = headersOf(lines);
  const connection = textOf(headers["connection"]).toLowerCase();
  const keeps = minor === "1" ? !/\bclose\b/.test(connection) : /\bkeep-alive\b/.test(connection);
  const framing = framingOf(status, headers);
  const isUnclear = headers["transfer-encoding"] !== undefined && headers["content-length"] !== undefined;
  return {
    status,
    headers,
    framing,
    keepsAlive: keeps && framing.kind !== "end" && !isUnclear,
    idleMs: idleMsOf(headers["keep-alive"]),
  };
}

type Headers = Record<string, string | string[] | undefined>;

function headersOf(lines: readonly string[]): Headers {
  // A Map, since a server may name its headers "constructor" or "__proto__".
  const headers = new Map<string, string | string[]>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    if (colon <= 0 || !TOKEN.test(name)) throw notHttp();
    const value = line.slice(colon + 1).trim();
    if (FORBIDDEN.test(value)) throw notHttp();
    const present = headers.get(name);
    if (present === undefined) headers.set(name, value);
    else if (typeof present === "string") headers.set(name, [present, value]);
    else present.push(value);
  }
  return Object.fromEntries(headers);
}

const TOKEN = /^[\w!#$%&'*+\-.^`|~]+$/;
// oxlint-disable-next-line no-control-regex -- these are what must not be there
const FORBIDDEN = /[\0\r\n]/;

function framingOf(status: number, headers: Headers): Framing {
  if (status < 200 || status === 204 || status === 304) return { kind: "none" };
  const coding = textOf(headers["transfer-encoding"]).toLowerCase();
  if (coding !== "") return /(?:^|,)\s?chunked$/.test(coding) ? { kind: "chunked" } : { kind: "end" };
  const lengths = new Set(textOf(headers["content-length"]).split(/, ?/));
  const [length = ""] = lengths;
  if (length === "" && lengths.size === 1) return { kind: "end" };
  if (lengths.size > 1 || !/^\d{1,15}$/.test(length)) throw notHttp();
  return { kind: "length", bytes: Number(length) };
}

function textOf(value: string | string[] | undefined): string {
  return typeof value === "string" ? value : (value?.join(",") ?? "");
}

function idleMsOf(value: string | string[] | undefined): number | undefined {
  const [, seconds] = /\btimeout=(\d{1,6})\b/i.exec(textOf(value)) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

export function notHttp(): Error {
  return new Error("the answer is no HTTP");
}
