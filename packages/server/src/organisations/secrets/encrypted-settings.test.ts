import { describe, expect, it } from "vitest";
import { secret } from "../../../test/fernet-vectors.ts";
import { createFernet } from "./fernet.ts";
import { parseFernetKeys } from "./fernet-keys.ts";
import type { Place } from "./encrypted-settings.ts";
import { createSettingsCipher } from "./encrypted-settings.ts";

const newKey = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const place: Place = {
  id: "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001",
  orgId: "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de002",
  type: "splunk_hec",
};
const settings = { url: "https://splunk.example", token: "s3cret", nested: { list: [1, null] } };

function cipherWith(keys: string) {
  return createSettingsCipher({ keys: parseFernetKeys(keys), now: () => 0 });
}

describe("encrypted settings", () => {
  it("are given back at their place, whoever writes its ids in capitals", () => {
    const cipher = cipherWith(secret);
    const token = cipher.encrypt(settings, place);
    const loud = { ...place, id: place.id.toUpperCase(), orgId: place.orgId.toUpperCase() };
    for (const here of [place, loud])
      expect(cipher.decrypt(token, here)).toEqual({ kind: "settings", settings, isBound: true });
  });

  it.each([
    ["row", { id: place.orgId }],
    ["organisation", { orgId: place.id }],
    ["type", { type: "elastic" }],
  ])("are not given to another %s, and do not say whose they are", (_name, change) => {
    const cipher = cipherWith(secret);
    const decrypted = cipher.decrypt(cipher.encrypt(settings, place), { ...place, ...change });
    expect(decrypted).toEqual({ kind: "unreadable", reason: expect.stringContaining("another configuration") });
    expect(JSON.stringify(decrypted)).not.toMatch(/0192f0a1|s3cret/);
  });

  it("still have the keys that a platform's reader looks for", () => {
    const fernet = createFernet({ keys: parseFernetKeys(secret), now: () => 0 });
    const plain: unknown = JSON.parse(fernet.decrypt(cipherWith(secret).encrypt(settings, place)).toString());
    expect(plain).toMatchObject(settings);
  });

  it("bind what a user calls by the reserved name to the row it is for", () => {
    const cipher = cipherWith(secret);
    const token = cipher.encrypt({ ...settings, _siem: { id: "x" } }, place);
    expect(cipher.decrypt(token, place)).toEqual({ kind: "settings", settings, isBound: true });
  });

  it("go to the first key with their binding, after which the old key may go", () => {
    const both = cipherWith(`${newKey},${secret}`);
    const old = cipherWith(secret);
    const token = both.rotate(old.encrypt(settings, place));
    expect(cipherWith(newKey).decrypt(token, place)).toEqual({ kind: "settings", settings, isBound: true });
    expect(old.decrypt(token, place)).toEqual({ kind: "unreadable", reason: expect.stringContaining("FERNET_KEY") });
    expect([both.keyId, old.keyId]).toEqual([cipherWith(newKey).keyId, cipherWith(`${secret},${newKey}`).keyId]);
    expect(both.keyId).not.toBe(old.keyId);
  });
});
