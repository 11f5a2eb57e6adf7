import { describe, expect, it } from "vitest";
import { readName, wordsOf } from "./connector-name.ts";

describe("a connector's name", () => {
  it.each([
    ["acme-log", "arbitex-connector-acme-log", "acme-log"],
    ["arbitex-connector-acme-log", "arbitex-connector-acme-log", "acme-log"],
    ["connector-acme-log", "arbitex-connector-acme-log", "acme-log"],
    ["@example/acme", "@example/arbitex-connector-acme", "acme"],
    ["@example/arbitex-connector-s3-log", "@example/arbitex-connector-s3-log", "s3-log"],
  ])("is read from %s", (given, packageName, kebab) => {
    expect(readName(given)).toMatchObject({ packageName, kebab, folder: `arbitex-connector-${kebab}` });
  });

  it.each([
    "",
    "Acme",
    "acme_log",
    "-acme",
    "acme-",
    "a--b",
    "9lives",
    "a/b",
    "@/acme",
    "@example/a/b",
    "../acme",
    "é",
  ])("is not %j", (given) => {
    expect(readName(given)).toEqual(expect.stringMatching(/as in/));
  });

  it("is not longer than npm allows", () => {
    expect(readName("a".repeat(200))).toMatch(/too long/);
  });

  it("takes every form that the template needs", () => {
    const name = readName("@example/deep-blue-7");
    if (typeof name === "string") throw new Error(name);
    expect(Object.fromEntries(wordsOf(name))).toEqual({
      "arbitex-connector-acme-log": "@example/arbitex-connector-deep-blue-7",
      "acme-log": "deep-blue-7",
      acme_log: "deep_blue_7",
      ACME_LOG: "DEEP_BLUE_7",
      acmeLog: "deepBlue7",
      AcmeLog: "DeepBlue7",
      "Acme Log": "Deep Blue 7",
    });
  });

  it.each(["class", "default", "simulator", "secret"])("names no export %s, which the code cannot have", (given) => {
    const name = readName(given);
    if (typeof name === "string") throw new Error(name);
    expect(Object.fromEntries(wordsOf(name))).toMatchObject({ acmeLog: `${given}Connector` });
  });
});
