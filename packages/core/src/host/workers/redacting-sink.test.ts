import { describe, expect, it } from "vitest";
import { Secret } from "../../connector/secret.ts";
import { createEventRecord } from "../../delivery/intake/accept-event.ts";
import type { Logger } from "../../telemetry/logger.ts";
import { redactingLogger, redactingSink } from "./redacting-sink.ts";
import { hiderOf } from "../secrets/hide-secrets.ts";

const config = {
  url: "https://acme.test",
  nested: [{ key: new Secret("other-key") }],
};
const record = createEventRecord({ class_uid: 6003, time: 1 });
const batch = { records: [record], body: Buffer.from(""), contentType: "text/plain", attempt: 1 };

function fail(): never {
  throw new Error("cannot encode for other-key");
}

describe("a redacting sink", () => {
  it("hides secrets in verdicts, in thrown errors and in reports", async () => {
    const text = "echo other-key";
    const results = [
      { kind: "suspend", reason: text, fix: text },
      { kind: "rejected", reason: text },
      { kind: "partial", failures: [{ index: 0, outcome: "rejected", reason: text }], ambiguous: true },
    ] as const;
    const signal = AbortSignal.timeout(1000);
    for (const result of results) {
      const sink = redactingSink({ encode: () => "", send: async () => result }, hiderOf(config), "acme");
      expect(JSON.stringify(await sink.send(batch, signal))).toBe(
        JSON.stringify(result).replaceAll("other-key", "[secret]"),
      );
    }
    const failing = redactingSink(
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

  it("hides secrets in what an encoder or a partition key throws", () => {
    const sink = redactingSink(
      { encode: fail, partitionKey: fail, send: async () => ({ kind: "accepted" }) },
      hiderOf(config),
      "acme",
    );
    expect(() => sink.encode(record)).toThrow("cannot encode for [secret]");
    expect(() => sink.partitionKey?.(record)).toThrow("cannot encode for [secret]");
  });
});

it("a redacting logger hides secrets in texts and facts, however deep they stand", () => {
  const lines: string[] = [];
  const note = (facts: object, text: string) => void lines.push(JSON.stringify({ ...facts, text }));
  const logger: Logger = { debug: note, info: note, warn: note, error: note, child: () => logger };
  const redacting = redactingLogger(logger, hiderOf(config));
  const facts = {
    error: new Error("other-key"),
    url: new URL("https://acme.test/other-key"),
    deep: [{ a: "other-key" }],
  };
  redacting.warn({ ...facts, token: new Secret("other-key") }, "other-key");
  expect(lines[0]).not.toContain("other-key");
  expect(lines[0]?.split("[secret]")).toHaveLength(6);
});
