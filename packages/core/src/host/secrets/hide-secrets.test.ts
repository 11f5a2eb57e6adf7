import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Secret } from "../../connector/secret.ts";
import { hiderOf } from "./hide-secrets.ts";

const config = {
  url: "https://acme.test",
  token: new Secret('can"ary/1'),
  user: "ada",
  nested: [{ key: new Secret("other-key") }],
  pem: new Secret("-----BEGIN KEY-----\nsecret\n-----END KEY-----\n"),
  short: new Secret("hunt/2"),
  no: new Secret("x"),
};

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function hex(text: string): string {
  return Buffer.from(text).toString("hex");
}

describe("secrets in a text", () => {
  const hide = hiderOf(config);

  it.each([
    ['a can"ary/1 b', "a [secret] b"],
    [`basic ${base64('can"ary/1')}`, "basic [secret]"],
    [`https://x/?t=${encodeURIComponent('can"ary/1')}`, "https://x/?t=[secret]"],
    ["https://x/?t=can%22ary%2f1", "https://x/?t=[secret]"],
    ["https://x/?t=can%2522ary%252F1", "https://x/?t=[secret]"],
    ["https://x/?t=%63%61%6e%22ary%2f1&u=1", "https://x/?t=[secret]&u=1"],
    ["<pre>can&quot;ary&#x2F;1</pre>", "<pre>[secret]</pre>"],
    ["<pre>can&#34;ary&#47;1</pre>", "<pre>[secret]</pre>"],
    ["&lt;pre&gt;can&amp;quot;ary&amp;#x2f;1&lt;/pre&gt;", "&lt;pre&gt;[secret]&lt;/pre&gt;"],
    [JSON.stringify({ t: 'can"ary/1', k: "other-key" }), '{"t":"[secret]","k":"[secret]"}'],
    [JSON.stringify(JSON.stringify({ t: 'can"ary/1' })), '"{\\"t\\":\\"[secret]\\"}"'],
    ['{"t":"can\\"ary\\/1"}', '{"t":"[secret]"}'],
    ['{"t":"can\\u0022ary\\u002f1"}', '{"t":"[secret]"}'],
    ["can\\x22ary\\x2F1", "[secret]"],
    ["hunt&#x2f;2, hunt%2f2, hunt\\/2", "[secret], [secret], [secret]"],
    [`basic ${base64("ada:other-key")}`, "basic [secret]"],
    [`header ${base64("Bearer other-key")}`, "header [secret]"],
    [`header ${base64("Basic other-key")} end`, "header [secret] end"],
    [`header ${base64('{"authorization":"Splunk other-key"}')}`, "header [secret]"],
    [`url=${encodeURIComponent(base64('Bearer can"ary/1'))}`, "url=[secret]"],
    [`hex ${hex("other-key")} ${hex('can"ary/1').toUpperCase()}`, "hex [secret] [secret]"],
    [`hex ${hex("Bearer other-key")}`, `hex ${hex("Bearer ")}[secret]`],
    ["the answer was cut: other-ke…", "the answer was cut: [secret]…"],
    ["…ther-key was the end", "…[secret] was the end"],
    ["a key: -----BEGIN KEY-----\nsecret\n-----END KEY-----\n", "a key: [secret]"],
    ["a token eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwcyJ9.c2lnbmF0dXJl.", "a token [secret]"],
    ["not enough to tell: other-k", "not enough to tell: other-k"],
    ["nothing to hide, x", "nothing to hide, x"],
    ["50% of <b>&lt;1 kB&gt;</b> \\o/ &nosuch; \\u12", "50% of <b>&lt;1 kB&gt;</b> \\o/ &nosuch; \\u12"],
  ])("turns %s into %s", (text, hidden) => {
    expect(hide(text)).toBe(hidden);
  });

  it("are found in an address that is a credential, whose host may be named", () => {
    const url = "https://collectors.sumologic.test/receiver/v1/http/ZaVnC4dhaV1abc";
    const hideUrl = hiderOf({ url: new Secret(url) });
    expect(hideUrl(`no answer of ${url}`)).toBe("no answer of https://collectors.sumologic.test[secret]");
    expect(hideUrl("POST /receiver/v1/http/ZaVnC4dhaV1abc HTTP/1.1")).toBe("POST [secret] HTTP/1.1");
    expect(hideUrl("ENOTFOUND collectors.sumologic.test")).toBe("ENOTFOUND collectors.sumologic.test");
  });

  it("are found line by line in a PEM, whose dashes may be spoken of", () => {
    const lines = Array.from({ length: 20 }, (_, index) => hex(`line ${index} of the key that must not be shown`));
    const hidePem = hiderOf({
      key: new Secret(`-----BEGIN PRIVATE KEY-----\n${lines.join("\n")}\n-----END PRIVATE KEY-----`),
    });
    expect(hidePem(`bad line ${lines[7]}`)).toBe("bad line [secret]");
    expect(hidePem("paste from -----BEGIN PRIVATE KEY----- on")).toBe("paste from -----BEGIN PRIVATE KEY----- on");
  });

  it("are found undone where they were given as base64", () => {
    const hideKey = hiderOf({ api_key: new Secret(base64("VuaCfGcBCdbkQm:ui2lp2axTNmsya")) });
    expect(hideKey("key VuaCfGcBCdbkQm:ui2lp2axTNmsya")).toBe("key [secret]");
    expect(hideKey("key ui2lp2axTNmsya")).toBe("key [secret]");
  });

  const secretText = fc.string({ minLength: 12, maxLength: 60, unit: "grapheme-ascii" });
  const wrap: ((text: string) => string)[] = [
    (text) => text,
    (text) => JSON.stringify(text),
    (text) => encodeURIComponent(text),
    (text) =>
      encodeURIComponent(text)
        .toLowerCase()
        .replaceAll(/%[0-9a-f]{2}/g, (escape) => escape.toLowerCase()),
    (text) => text.replaceAll(/[&<>"'/]/g, (character) => `&#${character.charCodeAt(0)};`),
    (text) => Array.from(text, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
    base64,
    (text) => base64(`x${text}`),
    (text) => base64(`xy${text}z`),
    hex,
  ];

  it("whatever they are, are in no text that repeats them in any of these forms", () => {
    fc.assert(
      fc.property(secretText, fc.integer({ min: 0, max: wrap.length - 1 }), (secret, how) => {
        // Lower case is no form of a secret, only of its escapes.
        fc.pre(how !== 3 || secret === secret.toLowerCase());
        const written = wrap[how]?.(secret) ?? "";
        const hidden = hiderOf({ token: new Secret(secret) })(`before ${written} after`);
        expect(hidden).toContain("[secret]");
        expect(hidden.length).toBeLessThan(45);
        expect(hidden).toMatch(/^before .* after$/s);
      }),
    );
  });

  it("never make a text throw, whatever it holds", () => {
    const any = fc.string({ unit: "binary", maxLength: 60 });
    fc.assert(fc.property(any, any, (secret, text) => void hiderOf({ token: new Secret(secret) })(text)));
    expect(hiderOf({ token: new Secret("half a pair \ud800") })("half a pair \ud800")).toBe("[secret]");
  });
});

it("a reason without a secret in it is looked at in a few microseconds", () => {
  const hide = hiderOf({ token: new Secret("0f8d2c1e-5b7a-4c3d-9e6f-1a2b3c4d5e6f") });
  const reason = `mapper_parsing_exception: failed to parse field [time] of type [date] in document ${"x".repeat(150)}`;
  hide(reason);
  const started = process.cpuUsage();
  for (let count = 0; count < 2000; count++) hide(`${reason} ${count}`);
  // Of the processor, which a busy machine takes no more of.
  expect(process.cpuUsage(started).user).toBeLessThan(1_000_000);
});
