import type { HttpReply } from "./http-reply.ts";

/** One request, with all that bounds it. */
export interface HttpExchange {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly path: string;
  readonly method: "GET" | "POST" | "PUT";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
  readonly binaryReply: boolean;
  /** Longest wait for the whole reply once the request is out; twice as long for all of it. */
  readonly timeoutMs: number;
  /** Bytes of the reply's body. A refusal is cut there; anything else that is longer is a failure. */
  readonly maxReplyBytes: number;
}

/** Requests and their replies, over connections that stay open in between. */
export interface HttpTransport {
  /** Throws when no whole reply came. No byte of the body is referred to any more once `takeBack` says so. */
  exchange(exchange: HttpExchange, signal: AbortSignal): Promise<HttpReply>;
}
