import { isUtf8 } from "node:buffer";
import { constants, gunzipSync } from "node:zlib";
import type { RawExchange } from "../../transport/exchange-recorder.ts";
import type { Hide } from "../secrets/hide-secrets.ts";
import { hiderOfTexts } from "../secrets/hide-secrets.ts";
import { credentialsIn, mayHoldCredential, namesCredential } from "./carried-credentials.ts";

/** A request and its answer for people: text, cut, and without secrets. */
export interface Exchange {
  readonly request: ShownRequest;
  /** Undefined where no answer came, or the protocol has none. */
  readonly answer: ShownAnswer | undefined;
  /** Why no answer came. */
  readonly failure: string | undefined;
}

/** A request as people may see it. */
export interface ShownRequest {
  /** Undefined for another protocol than HTTP. */
  readonly method: string | undefined;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning, decompressed. */
  readonly body: string;
  /** Bytes of the whole body as sent. */
  readonly bytes: number;
  readonly isCut: boolean;
}

/** An answer as people may see it. */
export interface ShownAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isCut: boolean;
}

const HIDDEN = "[secret]";
const MOST_HEADER = 500;

/** Returns an exchange as people may see it. */
export function shownExchange(raw: RawExchange, hide: Hide): Exchange {
  const { method, url, headers, bodyHead, bodyBytes, failure } = raw;
  const hideCarried = hiderOfTexts(() => credentialsIn(raw));
  const hidden = (text: string) => hideCarried(hide(text));
  return {
    request: {
      method,
      url: hidden(url),
      headers: shownHeaders(headers, hidden),
      body: hidden(textOf(raw)),
      bytes: bodyBytes,
      isCut: bodyHead.length < bodyBytes,
    },
    answer: shownAnswer(raw, hidden),
    failure: failure === undefined ? undefined : hidden(failure),
  };
}

function shownAnswer(raw: RawExchange, hidden: Hide): ShownAnswer | undefined {
  const { answer } = raw;
  if (answer === undefined) return undefined;
  const { status, headers, text, isCut } = answer;
  const body = mayHoldCredential(raw, status) ? HIDDEN : hidden(text);
  return { status, headers: shownHeaders(headers, hidden), body, isCut };
}

function shownHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  hide: Hide,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      if (value === undefined) return [];
      const text = Array.isArray(value) ? value.join(", ") : value;
      return [[name, namesCredential(name) ? HIDDEN : hide(text).slice(0, MOST_HEADER)]];
    }),
  );
}

function textOf({ bodyHead, bodyBytes, headers }: RawExchange): string {
  const bytes = Buffer.from(bodyHead.buffer, bodyHead.byteOffset, bodyHead.length);
  return readable(headers["content-encoding"] === "gzip" ? inflated(bytes) : bytes, bodyHead.length < bodyBytes);
}

/** The text of a body, or base64 of one that is none. */
function readable(bytes: Buffer, isCut: boolean): string {
  // The cut may have split a character of up to four bytes.
  for (let end = bytes.length; end >= bytes.length - (isCut ? 3 : 0); end--) {
    const part = bytes.subarray(0, end);
    if (isUtf8(part)) return part.toString("utf8");
  }
  return `base64: ${bytes.toString("base64")}`;
}

/** Decompresses as much as there is. */
function inflated(head: Buffer): Buffer {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return head;
  }
}
