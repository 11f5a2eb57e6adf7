export interface HttpReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as it came, where the request asked for it with `binaryReply`. */
  readonly bytes?: Buffer;
}

/** The reply's body as JSON; undefined when it is not JSON (a proxy's HTML, a cut reply). */
export function jsonOf({ text }: HttpReply): unknown {
  // Some SIEMs say nothing else to each batch that they take, and an error is dear to make.
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The beginning of a reply that nobody expected, on one line, for a reason that a person reads. */
export function excerptOf(reply: HttpReply, limit = 160): string {
  // Cut first: nobody looks at all of a page.
  const beginning = reply.text.slice(0, EXCERPT_FROM * limit);
  const text = beginning.replaceAll(/\s+/g, " ").trim();
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

/** The status with the beginning of the body, such as `HTTP 503: Server is busy`. */
export function reasonOf(reply: HttpReply): string {
  const excerpt = excerptOf(reply);
  return excerpt === "" ? `HTTP ${reply.status}` : `HTTP ${reply.status}: ${excerpt}`;
}

/** Pages begin with much white space. */
const EXCERPT_FROM = 16;
