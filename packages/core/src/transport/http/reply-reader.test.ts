import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createReplyMemories } from "../reply-memory.ts";
import { ReplyReader } from "./reply-reader.ts";

const unbounded = { take: () => true, give: () => undefined };

function reader(maxBytes = 1000): ReplyReader {
  return new ReplyReader({ maxReplyBytes: maxBytes, binaryReply: false }, unbounded);
}

/** What is read when the bytes come in chunks that end at these offsets. */
function read(text: string, ends: readonly number[] = [], maxBytes = 1000) {
  const bytes = Buffer.from(text, "latin1");
  const one = reader(maxBytes);
  let isWhole = false;
  let at = 0;
  for (const end of [...ends, bytes.length]) {
    isWhole = one.push(bytes.subarray(at, end));
    at = end;
  }
  return { isWhole: isWhole || one.end(), reply: () => one.reply(), isReusable: one.isReusable };
}

const replies: readonly (readonly [string, string, object, boolean])[] = [
  ["by length", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", { status: 200, text: "hello" }, true],
  ["without a reason", "HTTP/1.1 202\r\nContent-Length:0\r\n\r\n", { status: 202, text: "" }, true],
  ["without a body", "HTTP/1.1 204 No Content\r\n\r\n", { status: 204, text: "" }, true],
  [
    "in chunks",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nx-trailer: 1\r\n\r\n",
    { status: 200, text: "hello!" },
    true,
  ],
  ["to the end of the connection", "HTTP/1.1 200 OK\r\n\r\nhello", { status: 200, text: "hello" }, false],
  ["of HTTP/1.0", "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok", { text: "ok" }, false],
  [
    "before which it says to go on",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nx: y\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
    { status: 200, text: "ok" },
    true,
  ],
  [
    "that closes",
    "HTTP/1.1 503 Busy\r\nConnection: close\r\nRetry-After: 2\r\ncontent-length: 4\r\n\r\nbusy",
    { status: 503, text: "busy", headers: { "retry-after": "2" } },
    false,
  ],
  [
    "with two cookies",
    "HTTP/1.1 200 OK\r\nset-cookie: a=1\r\nset-cookie: b=2\r\ncontent-length: 0\r\n\r\n",
    { headers: { "set-cookie": ["a=1", "b=2"] } },
    true,
  ],
  [
    "with odd names of headers",
    "HTTP/1.1 200 OK\r\n__proto__: a\r\n__proto__: b\r\nconstructor: c\r\ncontent-length: 0\r\n\r\n",
    { headers: { ["__proto__"]: ["a", "b"], constructor: "c" } },
    true,
  ],
  ["with more behind it", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nok", { text: "o" }, false],
];

describe("a reply", () => {
  it.each(replies)("%s is read in however many chunks it comes", (_, text, expected, isReusable) => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(text.length)), (cuts) => {
        const found = read(
          text,
          cuts.toSorted((a, b) => a - b),
        );
        expect(found.isWhole).toBe(true);
        expect(found.isReusable).toBe(isReusable);
        expect(found.reply()).toMatchObject(expected);
      }),
    );
  });

  it.each([
    ["of another protocol", "SSH-2.0-OpenSSH\r\n\r\n"],
    ["with a broken header", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n"],
    ["with two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n"],
    ["with a length that is none", "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n"],
    ["with a chunk that has no size", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n"],
    ["with a chunk that is longer than it says", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n"],
    ["that changes the protocol", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
  ])("%s is a failure", (_, text) => {
    expect(() => read(text)).toThrow(/HTTP|protocol/);
  });

  it("that is not whole yet is none", () => {
    for (const text of [
      "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
      "HTTP/1.1 200 OK\r\n",
    ])
      expect(read(text).isWhole).toBe(false);
  });
});

describe("a reply that is too large", () => {
  const body = "x".repeat(2000);

  it.each([
    ["by length", `HTTP/1.1 200 OK\r\ncontent-length: 2000\r\n\r\n${body}`],
    ["to the end", `HTTP/1.1 200 OK\r\n\r\n${body}`],
    ["in chunks", `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7d0\r\n${body}\r\n0\r\n\r\n`],
  ])("fails %s", (_, text) => {
    expect(() => read(text)).toThrow("the reply is larger than 1000 bytes");
  });

  it("is cut where it refuses", () => {
    const found = read(`HTTP/1.1 413 Too Large\r\ncontent-length: 2000\r\n\r\n${body}`);
    expect(found).toMatchObject({ isWhole: true, isReusable: false });
    expect(found.reply()).toMatchObject({ status: 413, text: "x".repeat(1000) });
  });

  it.each([
    ["headers", "headers are larger", `HTTP/1.1 200 OK\r\nx: ${"y".repeat(20_000)}`],
    [
      "chunk sizes",
      "more chunk sizes",
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${"1\r\nx\r\n".repeat(30_000)}`,
    ],
    ["chunk extensions", "no HTTP", `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;${"x".repeat(20_000)}`],
    [
      "trailers",
      "more chunk sizes",
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n${"x: y\r\n".repeat(30_000)}`,
    ],
    ["informational answers", "informational", "HTTP/1.1 102 Processing\r\n\r\n".repeat(9)],
  ])("has an end in its %s", (_, message, text) => {
    expect(() => read(text, [], 1_000_000)).toThrow(message);
    // Also when it comes byte by byte.
    expect(() =>
      read(
        text,
        Array.from({ length: text.length }, (_each, at) => at),
        1_000_000,
      ),
    ).toThrow(message);
  });
});

describe("the memory of replies", () => {
  it("is one for all destinations of an organisation, and given back", () => {
    const memoryOf = createReplyMemories(90_000);
    const readers = Array.from(
      { length: 3 },
      () => new ReplyReader({ maxReplyBytes: 200_000, binaryReply: false }, memoryOf("acme")),
    );
    const [first, second, third] = readers;
    first?.push(reply(60_000));
    expect(() => second?.push(reply(60_000))).toThrow("more than is read at a time");
    // Small ones never wait for it, nor do other organisations.
    third?.push(reply(10_000));
    new ReplyReader({ maxReplyBytes: 200_000, binaryReply: false }, memoryOf("other")).push(reply(60_000));
    first?.release();
    second?.release();
    new ReplyReader({ maxReplyBytes: 200_000, binaryReply: false }, memoryOf("acme")).push(reply(60_000));
  });
});

function reply(bytes: number): Buffer {
  return Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${bytes + 1}\r\n\r\n${"x".repeat(bytes)}`);
}

describe("a reply that is no text", () => {
  it.each([
    ["by length", "content-length: 3\r\n\r\n\xff\x00\x80"],
    ["in chunks", "transfer-encoding: chunked\r\n\r\n2\r\n\xff\x00\r\n1\r\n\x80\r\n0\r\n\r\n"],
    ["to the end of the connection", "\r\n\xff\x00\x80"],
  ])("is given as it came, %s", (_, rest) => {
    const one = new ReplyReader({ maxReplyBytes: 1000, binaryReply: true }, unbounded);
    const isWhole = one.push(Buffer.from(`HTTP/1.1 200 OK\r\n${rest}`, "latin1"));
    expect(isWhole || one.end()).toBe(true);
    expect(one.reply().bytes).toEqual(Buffer.from([0xff, 0, 0x80]));
  });
});

it("gives each reply headers of its own, though its head was read before", () => {
  const text = "HTTP/1.1 200 OK\r\nx-one: a\r\n__proto__: b\r\ncontent-length: 0\r\n\r\n";
  const first = read(text).reply().headers;
  Object.assign(first, { "x-one": "changed", "x-two": "added" });
  const second = read(text).reply().headers;
  Object.assign(second, { "x-one": "changed" });
  const expected = { "x-one": "a", ["__proto__"]: "b", "content-length": "0" };
  expect(read(text).reply().headers).toEqual(expected);
  expect(Object.hasOwn(read(text).reply().headers, "__proto__")).toBe(true);
});
