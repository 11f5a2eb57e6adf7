import { constants, gunzipSync } from "node:zlib";
import type { RawExchange } from "../../transport/exchange-recorder.ts";
import type { Hide } from "../secrets/hide-secrets.ts";

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
/** Names of headers that may carry a credential that is in no configuration, such as a fetched token. */
const CREDENTIAL = /auth|token|key|secret|cookie|signature|credential|session/i;
const MOST_HEADER = 500;
/** Least cut that a text may have suffered, beyond which the end of a secret could show. */
const MARGIN = 1;

/** Returns an exchange as people may see it. */
export function shownExchange(raw: RawExchange, hide: Hide): Exchange {
  const { method, url, headers, bodyHead, bodyBytes, answer, failure } = raw;
  const isCut = bodyHead.length < bodyBytes;
  return {
    request: {
      method,
      url: hide(url),
      headers: shownHeaders(headers, hide),
      body: hide(textOf(bodyHead, headers["content-encoding"] === "gzip", isCut)),
      bytes: bodyBytes,
      isCut,
    },
    answer: answer && {
      status: answer.status,
      headers: shownHeaders(answer.headers, hide),
      body: hide(answer.text),
      isCut: answer.isCut,
    },
    failure: failure === undefined ? undefined : hide(failure),
  };
}

function shownHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  hide: Hide,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      if (value === undefined) return [];
      const text = Array.isArray(value) ? value.join(", ") : value;
      return [[name, CREDENTIAL.test(name) ? HIDDEN : hide(text).slice(0, MOST_HEADER)]];
    }),
  );
}

function textOf(head: Buffer, isCompressed: boolean, isCut: boolean): string {
  const bytes = isCompressed ? inflated(head) : head;
  const text = bytes.toString("utf8");
  // The cut may have split a character.
  return isCut ? text.slice(0, -MARGIN) : text;
}

/** Decompresses as much as there is. */
function inflated(head: Buffer): Buffer {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return head;
  }
}
