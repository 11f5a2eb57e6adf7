import { randomBytes } from "node:crypto";
import { createFernet, parseFernetKeys } from "@arbitex/server";
import { describe, expect, it } from "vitest";
import type { FernetJob } from "./python-fernet.ts";
import { pythonFernet, pythonKeys } from "./python-fernet.ts";

const NOW = 1_760_000_000;
const keys = pythonKeys(3);
const [first = "", second = "", third = ""] = keys.split(",");
const plains = Array.from({ length: 300 }, (_, length) => randomBytes(length));
const plainTexts = plains.map((plain) => plain.toString("hex"));

describe("Python's cryptography", () => {
  it("reads what is encrypted here, with each of its keys", () => {
    for (const key of [first, second, third]) {
      const tokens = plains.map((plain) => ours(key).encrypt(plain));
      expect(pythonFernet({ keys, jobs: tokens.map((token) => decrypt(token)) })).toEqual(plainTexts);
    }
  });

  it("encrypts what is read here, with each of its keys", () => {
    for (const key of [first, second, third]) {
      const jobs: FernetJob[] = plainTexts.map((plain) => ({ do: "encrypt", plain, at: NOW }));
      const tokens = pythonFernet({ keys: key, jobs });
      expect(
        tokens.map((token) =>
          ours(keys)
            .decrypt(token ?? "", { ttlSeconds: 0 })
            .toString("hex"),
        ),
      ).toEqual(plainTexts);
    }
  });

  it("rotates what is encrypted here, and the other way round, keeping the time", () => {
    const old = plains.map((plain) => ours(second).encrypt(plain));
    const there = pythonFernet({ keys, jobs: old.map((token) => ({ do: "rotate", token })) });
    const here = old.map((token) => ours(keys, NOW + 5000).rotate(token));
    for (const tokens of [there, here]) {
      expect(tokens.map((token) => timeOf(token ?? ""))).toEqual(old.map(timeOf));
      expect(
        tokens.map((token) =>
          ours(first)
            .decrypt(token ?? "")
            .toString("hex"),
        ),
      ).toEqual(plainTexts);
      expect(pythonFernet({ keys: first, jobs: tokens.map((token) => decrypt(token ?? "")) })).toEqual(plainTexts);
    }
  });

  it("refuses the same tokens: damaged, cut, of another key, too old or from the future", () => {
    const token = ours(second).encrypt("hello");
    const bytes = Buffer.from(token, "base64url");
    const flipped = Array.from(bytes, (_, at) => encoded(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))));
    const cut = Array.from(bytes, (_, end) => encoded(bytes.subarray(0, end)));
    const jobs = [
      ...[...flipped, ...cut, ours(pythonKeys(1)).encrypt("x")].map((damaged) => decrypt(damaged)),
      ...[-61, -60, 0, 29, 30, 31, 1e9].map((later) => decrypt(token, NOW + later, 30)),
    ];
    const there = pythonFernet({ keys, jobs });
    expect(jobs.map(decryptedHere)).toEqual(there);
    expect(there.filter((plain) => plain !== null)).toHaveLength(4);
  });
});

function ours(fernetKeys: string, seconds = NOW) {
  return createFernet({ keys: parseFernetKeys(fernetKeys), now: () => seconds * 1000 });
}

function decrypt(token: string, at = NOW, ttl?: number): Extract<FernetJob, { do: "decrypt" }> {
  return { do: "decrypt", token, at, ...(ttl !== undefined && { ttl }) };
}

function decryptedHere({ token, at, ttl }: Extract<FernetJob, { do: "decrypt" }>): string | null {
  try {
    return ours(keys, at)
      .decrypt(token, ttl === undefined ? {} : { ttlSeconds: ttl })
      .toString("hex");
  } catch {
    return null;
  }
}

function timeOf(token: string): bigint {
  return Buffer.from(token, "base64url").readBigUInt64BE(1);
}

function encoded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}
