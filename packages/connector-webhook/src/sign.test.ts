import { randomBytes } from "node:crypto";
import { Secret } from "@arbitex/core";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { messageId, signatures } from "./sign.ts";
import { keyOf, secretProblem } from "./signing-secret.ts";

const now = Math.floor(Date.now() / 1000);
const [current, previous, other] = [32, 24, 64].map((bytes) => `whsec_${randomBytes(bytes).toString("base64")}`);

function headersOf(body: Buffer, secrets: readonly (string | undefined)[], timestamp = now) {
  const id = messageId("soc", body);
  const keys = secrets.map((secret) => keyOf(new Secret(secret ?? "")));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures({ id, timestamp, body }, keys),
  };
}

describe("a signature", () => {
  const body = Buffer.from('[{"message":"日本 \\u0000 é"}]');

  it("is the one of the specification's own example", () => {
    const example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const signed = {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      timestamp: 1_614_265_330,
      body: Buffer.from('{"test": 2432232314}'),
    };
    expect(signatures(signed, [keyOf(new Secret(example))])).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  it("is verified by the public library, whichever of the two keys the receiver has", () => {
    const headers = headersOf(body, [current, previous]);
    for (const secret of [current, previous]) {
      expect(new Webhook(secret ?? "").verify(body, headers)).toEqual(JSON.parse(body.toString()));
    }
    expect(headers["webhook-signature"].split(" ")).toHaveLength(2);
  });

  it("of lines is the one that the public library makes, which verifies a single JSON text alone", () => {
    const lines = Buffer.from('{"a":1}\n{"a":2}\n');
    const headers = headersOf(lines, [current]);
    const made = new Webhook(current ?? "").sign(headers["webhook-id"], new Date(now * 1000), lines.toString());
    expect(headers["webhook-signature"]).toBe(made);
  });

  it.each<[string, () => unknown]>([
    ["another key", () => new Webhook(other ?? "").verify(body, headersOf(body, [current, previous]))],
    ["another body", () => new Webhook(current ?? "").verify(`${body.toString()} `, headersOf(body, [current]))],
    ["an old message", () => new Webhook(current ?? "").verify(body, headersOf(body, [current], now - 600))],
  ])("is refused by the public library for %s", (_, verify) => {
    expect(verify).toThrow(/signature|timestamp/i);
  });
});

describe("an id", () => {
  it("is the same for the same body, and another for another body or another destination", () => {
    const ids = [
      messageId("soc", Buffer.from("[1]")),
      messageId("soc", Buffer.from("[2]")),
      messageId("acme", Buffer.from("[1]")),
    ];
    expect(messageId("soc", Buffer.from("[1]"))).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^msg_[\w-]{43}$/);
  });
});

describe("a signing secret", () => {
  it.each([current, previous, other, current?.replace("whsec_", ""), ` ${current}\n`])("may be %#", (secret = "") => {
    expect(secretProblem(new Secret(secret))).toBeUndefined();
  });

  it.each([
    ["a word", "whsec_canary!", /base64/],
    ["base64 for URLs", `whsec_${"_-canary_".repeat(4)}`, /base64/],
    ["too short", `whsec_${Buffer.from("canary").toString("base64")}`, /6 bytes.*24 to 64/],
    ["too long", `whsec_${Buffer.from("canary".repeat(20)).toString("base64")}`, /120 bytes/],
    ["a public key", "whpk_canaryAAAA", /base64/],
  ])("is refused where it is %s, with a way to make one, and never repeated", (_, secret, problem) => {
    expect(secretProblem(new Secret(secret))).toMatch(problem);
    expect(secretProblem(new Secret(secret))).toMatch(/openssl rand/);
    expect(secretProblem(new Secret(secret))).not.toMatch(/canary/);
  });
});
