/** A complete HTTP reply. `text` is its body as UTF-8. */
export interface HttpReply {
  readonly status: number;
  /** Header names are in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The raw body, if the request set `binaryReply`. */
  readonly bytes?: Buffer;
}

/** Parses the body as JSON. Returns undefined if it is not JSON, such as a proxy's HTML or a truncated reply. */
export function jsonOf({ text }: HttpReply): unknown {
  // Some SIEMs answer every batch with an empty body, and a thrown parse error is slow.
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns the start of an unexpected body on one line, for a reason that a person reads. `limit` is in characters. */
export function excerptOf(reply: HttpReply, limit = 160): string {
  // Cut first: the rest of a page is not needed.
  const beginning = reply.text.slice(0, EXCERPT_FROM * limit);
  const text = beginning.replaceAll(/\s+/g, " ").trim();
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

/** Returns the status and the start of the body, such as `HTTP 503: Server is busy`. */
export function reasonOf(reply: HttpReply): string {
  const excerpt = excerptOf(reply);
  return excerpt === "" ? `HTTP ${reply.status}` : `HTTP ${reply.status}: ${excerpt}`;
}

/** Factor read beyond `limit`, since web pages begin with much white space. */
const EXCERPT_FROM = 16;
