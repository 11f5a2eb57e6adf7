import { describe, expect, it } from "vitest";
import { webhookSchema } from "./schema.ts";

const url = "https://soar.example.com/hooks/canary-token";
const secret = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;

function problemsOf(settings: object): string {
  const { error } = webhookSchema.safeParse({ url, ...settings });
  return JSON.stringify(error?.issues ?? []);
}

describe("the settings", () => {
  it("are an address and nothing more, and tell it to no one who prints them", () => {
    const config = webhookSchema.parse({ url });
    expect(config).toMatchObject({ shape: "array", max_body_bytes: 1_000_000 });
    expect(JSON.stringify(config)).not.toContain("canary");
  });

  it.each<[string, object, RegExp]>([
    ["no address", { url: "soar.example.com/canary" }, /https:\/\//],
    ["another scheme", { url: "ftp://canary.example.com" }, /https:\/\//],
    ["a password in the address", { url: "https://u:canary@soar.example.com" }, /`password`/],
    ["a fragment", { url: `${url}#canary` }, /#/],
    ["a header of the signature's", { headers: { "Webhook-Signature": "canary" } }, /webhook-signature/],
    ["an id of one's own", { headers: { "webhook-id": "canary" } }, /webhook-id/],
    ["the host", { headers: { Host: "canary" } }, /host/],
    ["a line break", { headers: { "x-a": "canary\r\nhost: b" } }, /x-a/],
    ["two credentials", { bearer_token: "canary", headers: { authorization: "canary" } }, /Keep one/],
    ["the old key alone", { previous_signing_secret: secret }, /signing_secret.*missing|missing.*signing_secret/],
    ["a body that takes no event", { max_body_bytes: 10 }, /max_body_bytes/],
    ["an unknown shape", { shape: "xml" }, /shape/],
  ])("refuse %s, and repeat nothing", (_, settings, problem) => {
    expect(problemsOf(settings)).toMatch(problem);
    expect(problemsOf(settings)).not.toContain("canary");
  });
});
