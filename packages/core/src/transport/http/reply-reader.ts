import type { HttpReply } from "../../connector/http-reply.ts";
import type { ReplyMemory } from "../reply-memory.ts";
import type { HttpExchange } from "../../connector/http-transport.ts";
import { ReplyBody } from "./reply-body.ts";
import type { ReplyHead } from "./reply-head.ts";
import { notHttp, readHead } from "./reply-head.ts";

/** Limit of a reply's header lines, and again of the trailers of a chunked body. */
const MAX_HEAD_BYTES = 16 * 1024;
/** Limit of a chunked body's sizes, extensions and trailers. */
const MAX_CHUNK_OVERHEAD = 64 * 1024;
/**
 * Limit of `100 Continue`, `102 Processing` and `103 Early Hints`: the client asks for none, and a flood of them is an
 * attack.
 */
const MAX_INFORMATIONAL = 8;

const END_OF_HEAD = "\r\n\r\n";
const LF = 10;

type State = "head" | "length" | "chunk-size" | "chunk" | "chunk-end" | "trailer" | "end" | "done";

/** Parts of a request that decide how its reply is read. */
export type ReplyWishes = Pick<HttpExchange, "maxReplyBytes" | "binaryReply">;

/** Reads one reply from the bytes of a connection. All that it keeps is bounded. */
export class ReplyReader {
  readonly #maxBytes: number;
  readonly #isBinary: boolean;
  readonly #body: ReplyBody;
  #state: State = "head";
  #head: ReplyHead | undefined;
  /** Received part of an incomplete head. */
  #headText = "";
  #informational = 0;
  /** Bytes of the body, or of the chunk, still to come. */
  #left = 0;
  #line = "";
  #overhead = 0;
  #isCut = false;
  #hasExcess = false;
  #text: string | undefined;

  constructor({ maxReplyBytes, binaryReply }: ReplyWishes, memory: ReplyMemory) {
    this.#maxBytes = maxReplyBytes;
    this.#isBinary = binaryReply;
    this.#body = new ReplyBody(memory);
  }

  /** Reads a chunk. Returns true when the reply is complete. Throws if it cannot become valid. */
  push(chunk: Buffer): boolean {
    let at = 0;
    while (at < chunk.length && this.#state !== "done") at = this.#step(chunk, at);
    if (at < chunk.length && !this.#isCut) this.#hasExcess = true;
    return this.#state === "done";
  }

  /** Handles the end of the connection. Returns true if that completes the reply. */
  end(): boolean {
    if (this.#state === "end") this.#state = "done";
    return this.#state === "done";
  }

  /** Frees the reply's memory. */
  release(): void {
    this.#body.release();
  }

  /** Returns the complete reply. */
  reply(): HttpReply {
    const { status, headers } = this.#head ?? missing();
    const text = this.#text ?? this.#body.text();
    return this.#isBinary ? { status, headers, text, bytes: this.#body.copy() } : { status, headers, text };
  }

  get status(): number {
    return this.#head?.status ?? 0;
  }

  /** Whether nothing came after the reply and the server accepts another request. */
  get isReusable(): boolean {
    return this.#state === "done" && !this.#isCut && !this.#hasExcess && this.#head?.keepsAlive === true;
  }

  get idleMs(): number | undefined {
    return this.#head?.idleMs;
  }

  #step(chunk: Buffer, at: number): number {
    switch (this.#state) {
      case "head":
        return this.#readHead(chunk, at);
      case "length":
      case "chunk":
        return this.#readContent(chunk, at, Math.min(chunk.length, at + this.#left));
      case "end":
        return this.#readContent(chunk, at, chunk.length);
      case "chunk-size":
      case "chunk-end":
      case "trailer":
        return this.#readLine(chunk, at);
      case "done":
        return at;
      default:
        return this.#state satisfies never;
    }
  }

  #readHead(chunk: Buffer, at: number): number {
    const wholeEnd = this.#headText === "" ? chunk.indexOf(END_OF_HEAD, at, "latin1") : -1;
    // Nearly every head comes in one chunk.
    if (wholeEnd >= 0 && wholeEnd + END_OF_HEAD.length - at <= MAX_HEAD_BYTES) {
      this.#begin(readHead(chunk.toString("latin1", at, wholeEnd)));
      return wholeEnd + END_OF_HEAD.length;
    }
    const before = this.#headText.slice(1 - END_OF_HEAD.length);
    const text = chunk.toString("latin1", at, Math.min(chunk.length, at + MAX_HEAD_BYTES));
    const found = `${before}${text}`.indexOf(END_OF_HEAD);
    const end = found - before.length + END_OF_HEAD.length;
    this.#headText += found < 0 ? text : text.slice(0, end);
    if (this.#headText.length > MAX_HEAD_BYTES || (found < 0 && at + text.length < chunk.length)) {
      throw new Error(`the answer's headers are larger than ${MAX_HEAD_BYTES} bytes`);
    }
    if (found < 0) return chunk.length;
    const head = readHead(this.#headText.slice(0, -END_OF_HEAD.length));
    this.#headText = "";
    this.#begin(head);
    return at + end;
  }

  #begin(head: ReplyHead): void {
    if (head.status < 200) {
      if (head.status === 101) throw new Error("the server changed to a protocol that was not requested");
      if (++this.#informational > MAX_INFORMATIONAL) {
        throw new Error(`the server sent ${MAX_INFORMATIONAL} informational answers and no other`);
      }
      return;
    }
    this.#head = head;
    switch (head.framing.kind) {
      case "none":
        this.#state = "done";
        return;
      case "length":
        this.#left = head.framing.bytes;
        this.#state = this.#left === 0 ? "done" : "length";
        // It would only be discarded later.
        if (this.#left > this.#maxBytes && this.#wantsAll()) throw this.#tooLarge();
        return;
      case "chunked":
        this.#state = "chunk-size";
        return;
      case "end":
        this.#state = "end";
        return;
      default:
        head.framing satisfies never;
    }
  }

  #readContent(chunk: Buffer, at: number, to: number): number {
    const space = this.#maxBytes - this.#body.bytes;
    if (to - at > space) {
      if (this.#wantsAll()) throw this.#tooLarge();
      this.#body.append(chunk, at, at + space);
      this.#isCut = true;
      this.#state = "done";
      return to;
    }
    const isAll = !this.#isBinary && this.#state === "length" && this.#body.bytes === 0 && to - at === this.#left;
    // Nearly every reply comes in one chunk: no copy.
    if (isAll) this.#text = chunk.toString("utf8", at, to);
    else this.#body.append(chunk, at, to);
    if (this.#state === "end") return to;
    this.#left -= to - at;
    if (this.#left === 0) this.#state = this.#state === "chunk" ? "chunk-end" : "done";
    return to;
  }

  #readLine(chunk: Buffer, at: number): number {
    const found = chunk.indexOf(LF, at);
    const end = found < 0 ? chunk.length : found + 1;
    this.#overhead += end - at;
    if (this.#overhead > MAX_CHUNK_OVERHEAD) throw new Error("the answer has more chunk sizes than content");
    this.#line += chunk.toString("latin1", at, end);
    if (this.#line.length > MAX_HEAD_BYTES) throw notHttp();
    if (found < 0) return end;
    const line = this.#line;
    this.#line = "";
    if (!line.endsWith("\r\n")) throw notHttp();
    this.#takeLine(line.slice(0, -2));
    return end;
  }

  #takeLine(line: string): void {
    if (this.#state === "chunk-end") {
      if (line !== "") throw notHttp();
      this.#state = "chunk-size";
    } else if (this.#state === "trailer") {
      if (line === "") this.#state = "done";
    } else {
      const [, size] = /^([\da-f]{1,8})[ \t]*(?:;|$)/i.exec(line) ?? [];
      if (size === undefined) throw notHttp();
      this.#left = Number.parseInt(size, 16);
      this.#state = this.#left === 0 ? "trailer" : "chunk";
    }
  }

  /** Returns whether an over-long body is a failure. An error reply is truncated instead: its status tells enough. */
  #wantsAll(): boolean {
    return this.status < 300;
  }

  #tooLarge(): Error {
    return new Error(`the reply is larger than ${this.#maxBytes} bytes`);
  }
}

function missing(): never {
  throw new TypeError("the reply is not whole");
}
