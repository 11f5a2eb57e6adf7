import { Secret } from "@arbitex/core";
import { expect, it } from "vitest";
import { secret } from "../../test/fernet-vectors.ts";
import { configuredKeys } from "./configured-keys.ts";
import { keyIdOf, parseFernetKeys } from "./fernet-keys.ts";

it("takes the keys that are named, in production and elsewhere", () => {
  for (const isProduction of [true, false]) {
    const { keys, isThrowAway } = configuredKeys(new Secret(secret), { isProduction });
    expect([keyIdOf(keys[0]), isThrowAway]).toEqual([keyIdOf(parseFernetKeys(secret)[0]), false]);
  }
});

it("refuses to go without a key in production and says how to make one", () => {
  expect(() => configuredKeys(undefined, { isProduction: true })).toThrow(/FERNET_KEY is not set.*randomBytes/);
});

it("makes a key that nobody has had before in development", () => {
  const ids = [1, 2].map(() => {
    const { keys, isThrowAway } = configuredKeys(undefined, { isProduction: false });
    expect(isThrowAway).toBe(true);
    return keyIdOf(keys[0]);
  });
  expect(new Set(ids).size).toBe(2);
});

it("names a key by what tells it from others and shows nothing of it", () => {
  const id = keyIdOf(parseFernetKeys(secret)[0]);
  expect(id).toMatch(/^[\da-f]{16}$/);
  expect(keyIdOf(parseFernetKeys(secret)[0])).toBe(id);
  expect(Buffer.from(secret, "base64url").toString("hex")).not.toContain(id);
});
