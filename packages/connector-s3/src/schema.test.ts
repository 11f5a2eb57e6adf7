import { describe, expect, it } from "vitest";
import { s3Schema } from "./schema.ts";

const settings = { bucket: "audit", region: "eu-central-1", access_key_id: "AKIAEXAMPLE", secret_access_key: "secret" };

describe("the settings", () => {
  it.each(["..", "../other", "a/../../other", ".", "a/./b"])("take no prefix %s, which leads elsewhere", (prefix) => {
    expect(s3Schema.safeParse({ ...settings, prefix }).error?.issues).toMatchObject([{ path: ["prefix"] }]);
  });

  it.each(["arbitex", "a/b.c/..d", "...", ".audit"])("take the prefix %s", (prefix) => {
    expect(s3Schema.parse({ ...settings, prefix }).prefix).toBe(prefix);
  });

  it("take no session token that no header can hold, and do not repeat it", () => {
    const { error } = s3Schema.safeParse({ ...settings, session_token: "to\r\nken: x" });
    expect(error?.issues).toMatchObject([{ path: ["session_token"], message: "must be the token alone, in one word" }]);
  });

  it("say in words what an access key's id is", () => {
    const { error } = s3Schema.safeParse({ ...settings, access_key_id: "AKIA\r\nx" });
    expect(error?.issues).toMatchObject([{ message: expect.stringContaining("id of an access key alone") }]);
  });
});
