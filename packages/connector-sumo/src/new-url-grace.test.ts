import { expect, it } from "vitest";
import { createNewUrlGrace } from "./new-url-grace.ts";

const reply = { status: 401, headers: {}, text: "" };
const MINUTE_MS = 60_000;
const NOW = 1e12;

it("tries a URL that has never worked again after a minute, for five minutes", () => {
  const grace = createNewUrlGrace();
  const retry = { kind: "retry", afterMs: MINUTE_MS, reason: expect.stringMatching(/401 \(a new URL/) };
  expect(grace.refused(reply, 1, NOW)).toEqual(retry);
  expect(grace.refused(reply, 1, NOW + 4 * MINUTE_MS)).toEqual(retry);
  expect(grace.refused(reply, 1, NOW + 5 * MINUTE_MS)).toBeUndefined();
});

it("leaves the second refusal of the same events to a suspension, which loses none", () => {
  const grace = createNewUrlGrace();
  grace.refused(reply, 1, NOW);
  expect(grace.refused(reply, 2, NOW + MINUTE_MS)).toBeUndefined();
});

it("has no patience with a URL that has worked before: it was made anew elsewhere", () => {
  const grace = createNewUrlGrace();
  grace.worked();
  expect(grace.refused(reply, 1, NOW)).toBeUndefined();
});
