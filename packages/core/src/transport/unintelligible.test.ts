import { expect, it } from "vitest";
import { isWebPage, unintelligible } from "./unintelligible.ts";

const replyOf = (text: string, headers = {}) => ({ status: 200, headers, text });

it("tells a page for people from data", () => {
  expect(isWebPage(replyOf("\n <!doctype html><title>Sign in</title>"))).toBe(true);
  expect(["", "{}", `{"html":"<b>"}`].map((text) => isWebPage(replyOf(text)))).toEqual([false, false, false]);
});

it("is never success, and allows for stored events unless a page came", () => {
  expect(unintelligible(replyOf(`{"ok":tr`), 0)).toEqual({
    kind: "retry",
    reason: `unintelligible reply: HTTP 200: {"ok":tr`,
    ambiguous: true,
  });
  expect(unintelligible(replyOf("<html>", { "retry-after": "7" }), 0)).toEqual({
    kind: "retry",
    reason: "unintelligible reply: HTTP 200: <html>",
    afterMs: 7000,
  });
});
