import type { Logger } from "@arbitex/core";
import { Secret, silentLogger } from "@arbitex/core";
import { expect, it } from "vitest";
import { secret } from "../../../test/fernet-vectors.ts";
import { configuredKeys } from "./configured-keys.ts";
import { keyIdOf, parseFernetKeys } from "./fernet-keys.ts";

function keysFor(text: string | undefined, isProduction: boolean) {
  const warnings: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (_facts, message) => void warnings.push(message) };
  const [first] = configuredKeys(text === undefined ? undefined : new Secret(text), { isProduction, logger });
  return { id: keyIdOf(first), warnings };
}

it("takes the keys that are named, in production and elsewhere", () => {
  const named = { id: keyIdOf(parseFernetKeys(secret)[0]), warnings: [] };
  expect([keysFor(secret, true), keysFor(secret, false)]).toEqual([named, named]);
});

it("refuses to go without a key in production and says how to make one", () => {
  expect(() => keysFor(undefined, true)).toThrow(/FERNET_KEY is not set.*randomBytes/);
});

it("makes a key that nobody has had before in development, and says what will come of it", () => {
  const [one, two] = [keysFor(undefined, false), keysFor(undefined, false)];
  expect(one.id).not.toBe(two.id);
  expect(one.warnings).toEqual([expect.stringContaining("cannot be read after a restart")]);
});

it("names a key by what tells it from others and shows nothing of it", () => {
  const id = keyIdOf(parseFernetKeys(secret)[0]);
  expect(id).toMatch(/^[\da-f]{16}$/);
  expect(keyIdOf(parseFernetKeys(secret)[0])).toBe(id);
  expect(Buffer.from(secret, "base64url").toString("hex")).not.toContain(id);
});
