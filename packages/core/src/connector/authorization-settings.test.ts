import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { settingsOf } from "../host/config/setting-table.ts";
import { authorizationHeaders, authorizationProblems, authorizationSettings } from "./authorization-settings.ts";

const schema = z.strictObject(authorizationSettings).superRefine(authorizationProblems);

function headersOf(settings: object) {
  return authorizationHeaders(schema.parse(settings));
}

describe("authorization settings", () => {
  it.each<[string, object, object]>([
    ["nothing", {}, {}],
    ["a token", { bearer_token: "t0ken\n" }, { authorization: "Bearer t0ken" }],
    ["a user", { username: "ü", password: "p:w" }, { authorization: "Basic w7w6cDp3" }],
    ["headers of one's own", { headers: { "X-Api-Key": "a b" } }, { "x-api-key": "a b" }],
    ["a scheme of one's own", { headers: { Authorization: "ApiKey x" } }, { authorization: "ApiKey x" }],
    ["both", { bearer_token: "t", headers: { "x-org": "1" } }, { authorization: "Bearer t", "x-org": "1" }],
    ["headers as text", { headers: "x-a=1==, x-b=a%2Cb" }, { "x-a": "1==", "x-b": "a,b" }],
  ])("become headers: %s", (_, settings, expected) => {
    expect(headersOf(settings)).toEqual(expected);
  });

  it.each<[string, object, string]>([
    ["a name without a password", { username: "u" }, "password"],
    ["a password without a name", { password: "p" }, "username"],
    ["a colon in the name", { username: "a:b", password: "p" }, "colon"],
    ["a token and a user", { bearer_token: "t", username: "u", password: "p" }, "Keep one"],
    ["two Authorization headers", { bearer_token: "t", headers: { AUTHORIZATION: "x" } }, "Keep one"],
    ["a line break in a token", { bearer_token: "a\r\nx: y" }, "one word"],
  ])("are refused where they contradict: %s", (_, settings, word) => {
    expect(schema.safeParse(settings).error?.message).toContain(word);
  });

  it.each<[string, unknown]>([
    ["a line break", { "x-a": "1\r\nhost: evil" }],
    ["a line break in a name", { "x-a\r\nhost": "1" }],
    ["a colon in a name", { "x-a:": "1" }],
    ["a space in a name", { "x a": "1" }],
    ["no name", { "": "1" }],
    ["an empty value", { "x-a": "" }],
    ["a NUL", { "x-a": "a\0b" }],
    ["a letter that is not ASCII", { "x-a": "é" }],
    ["white space at the end", { "x-a": "1 " }],
    ["the host", { Host: "internal" }],
    ["a length", { "Content-Length": "0" }],
    ["an encoding", { "transfer-encoding": "chunked" }],
    ["a connection", { Connection: "x-a" }],
    ["a proxy's credential", { "Proxy-Authorization": "Basic x" }],
    ["an upgrade", { upgrade: "h2c" }],
    ["an expectation", { expect: "100-continue" }],
    ["a cloud's metadata", { "Metadata-Flavor": "Google" }],
    ["a name twice", { "X-A": "1", "x-a": "2" }],
    ["more than anybody needs", Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`x-${at}`, "1"]))],
    ["text without a value", "x-api-key"],
    ["text that is badly encoded", "x-api-key=%zz"],
    ["a line break in text", "x-a=1%0d%0ahost:evil"],
    ["a list", ["x-a"]],
  ])("let no header through that carries more than itself: %s", (_, headers) => {
    expect(schema.safeParse({ headers }).success).toBe(false);
  });

  it("show no value, neither parsed nor refused", () => {
    const good = schema.safeParse({ headers: { "x-api-key": "canary-1" } });
    const bad = ["canary-2", { "x-a": "canary-2\n" }, { host: "canary-2" }].map((headers) =>
      schema.safeParse({ headers }),
    );
    expect(good.data?.headers?.["x-api-key"]?.reveal()).toBe("canary-1");
    expect(inspect([good, bad.map(({ error }) => [error, error?.issues])], { depth: 9 })).not.toContain("canary");
  });

  it("are all secrets in forms and documents, and can be written in one variable", () => {
    const headers = settingsOf(schema).find(({ key }) => key === "headers");
    expect(headers).toMatchObject({ isSecret: true, type: "string" });
  });
});
