import type { HttpReply } from "./http-reply.ts";

/** A part of opening a connection that succeeded. */
export interface DialStep {
  readonly origin: string;
  readonly name: "resolve" | "connect" | "tls";
  /** What was found, such as the address. */
  readonly detail: string;
}

/** One request with its time and size limits. */
export interface HttpExchange {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly path: string;
  readonly method: "GET" | "POST" | "PUT";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
  /** The batch's body, where `body` is another form of it. */
  readonly batchBody?: Buffer | undefined;
  readonly binaryReply: boolean;
  /** Milliseconds to wait for the whole reply once the request is sent. The whole exchange may take twice as long. */
  readonly timeoutMs: number;
  /** Limit of the reply's body in bytes. An error reply is truncated there; any other longer reply is a failure. */
  readonly maxReplyBytes: number;
  /** Called while a connection is opened for it. */
  readonly onDial?: ((step: DialStep) => void) | undefined;
}

/** Sends requests over connections that stay open in between. */
export interface HttpTransport {
  /** Throws without a complete reply. Once `takeBack` returns true, nothing refers to the body's memory any more. */
  exchange(exchange: HttpExchange, signal: AbortSignal): Promise<HttpReply>;
}
