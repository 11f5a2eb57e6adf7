import { describe, expect, it } from "vitest";
import { Secret } from "../connector/secret.ts";
import { createEventRecord } from "../delivery/accept-event.ts";
import { hiderOf, secretiveSink } from "./secretive-sink.ts";

const config = {
  url: "https://acme.test",
  token: new Secret('can"ary/1'),
  user: "ada",
  nested: [{ key: new Secret("other-key") }],
  pem: new Secret("-----BEGIN KEY-----\nsecret\n-----END KEY-----\n"),
  no: new Secret("x"),
};
const record = createEventRecord({ class_uid: 6003, time: 1 });
const batch = { records: [record], body: Buffer.from(""), contentType: "text/plain", attempt: 1 };

describe("hiderOf", () => {
  const hide = hiderOf(config);

  it.each([
    ['a can"ary/1 b', "a [secret] b"],
    [`basic ${Buffer.from('can"ary/1').toString("base64")}`, "basic [secret]"],
    [`https://x/?t=${encodeURIComponent('can"ary/1')}`, "https://x/?t=[secret]"],
    [JSON.stringify({ t: 'can"ary/1', k: "other-key" }), '{"t":"[secret]","k":"[secret]"}'],
    [`basic ${Buffer.from("ada:other-key").toString("base64")}`, "basic [secret]"],
    ["the answer was cut: other-ke…", "the answer was cut: [secret]…"],
    ["a key: -----BEGIN KEY-----\nsecret\n-----END KEY-----\n", "a key: [secret]"],
    ["not enough to tell: other-k", "not enough to tell: other-k"],
    ["nothing to hide, x", "nothing to hide, x"],
  ])("turns %s into %s", (text, hidden) => {
    expect(hide(text)).toBe(hidden);
  });
});

describe("a secretive sink", () => {
  it("hides secrets in verdicts, in thrown errors and in reports", async () => {
    const text = "echo other-key";
    const results = [
      { kind: "suspend", reason: text, fix: text },
      { kind: "rejected", reason: text },
      { kind: "partial", failures: [{ index: 0, outcome: "rejected", reason: text }] },
    ] as const;
    const signal = AbortSignal.timeout(1000);
    for (const result of results) {
      const sink = secretiveSink({ encode: () => "", send: async () => result }, hiderOf(config), "acme");
      expect(JSON.stringify(await sink.send(batch, signal))).toBe(
        JSON.stringify(result).replaceAll("other-key", "[secret]"),
      );
    }
    const failing = secretiveSink(
      {
        encode: () => "",
        send: () => Promise.reject(new Error(text)),
        check: () => Promise.reject(new Error(text)),
      },
      hiderOf(config),
      "acme",
    );
    expect(await failing.send(batch, signal)).toEqual({ kind: "retry", reason: "echo [secret]", ambiguous: true });
    expect(await failing.check?.(signal)).toEqual({
      steps: [{ name: "check", status: "failed", detail: "echo [secret]" }],
    });
  });
});
