import type { Logger } from "@arbitex/core";
import { silentLogger } from "@arbitex/core";
import { expect, it } from "vitest";
import { createRequestLimit } from "./request-limit.ts";
import { createSharedRequestLimit } from "./shared-request-limit.ts";

const window = { most: 2, perMs: 60_000 };

function shared(logger: Logger = silentLogger) {
  let now = 0;
  let asked = 0;
  let answer: number | Error = 0;
  const reply = async () => {
    asked++;
    if (typeof answer !== "number") throw answer;
    return answer;
  };
  const counts = { take: reply, waitSeconds: reply };
  return {
    limit: createSharedRequestLimit({ ...window, now: () => now, name: "tests", counts, logger }),
    say: (next: number | Error) => void (answer = next),
    pass: (ms: number) => void (now += ms),
    asked: () => asked,
  };
}

it("refuses from memory until the window ends", async () => {
  const { limit, say, pass, asked } = shared();
  say(40);
  expect(await limit.take("acme")).toBe(40);
  pass(10_000);
  expect([await limit.take("acme"), await limit.waitSeconds("acme")]).toEqual([30, 30]);
  expect(asked()).toBe(1);
  say(0);
  expect(await limit.take("globex")).toBe(0);
  pass(30_000);
  expect(await limit.take("acme")).toBe(0);
  expect(asked()).toBe(3);
});

it("asks for a thing although others were refused, for it may be counted already", async () => {
  const { limit, say } = shared();
  say(40);
  await limit.takeOnce("acme", "a");
  say(0);
  expect(await limit.takeOnce("acme", "b")).toBe(0);
});

it("is that of one server while the database is away", async () => {
  const { limit, say } = shared();
  say(new Error("away"));
  expect([await limit.take("acme"), await limit.take("acme"), await limit.take("acme")]).toEqual([0, 0, 60]);
});

it("says once that the database is away, and once that it is back", async () => {
  const said: string[] = [];
  const say = (_fields: object, text: string) => void said.push(text);
  const { limit, say: answer } = shared({ ...silentLogger, info: say, warn: say });
  answer(new Error("away"));
  for (let count = 0; count < 3; count++) await limit.waitSeconds("acme");
  answer(0);
  for (let count = 0; count < 3; count++) await limit.waitSeconds("acme");
  expect(said).toEqual([
    "requests are limited by this server alone for now",
    "requests are limited over all servers again",
  ]);
});

it("counts on one server in windows, and a thing once", async () => {
  let now = 0;
  const limit = createRequestLimit({ ...window, now: () => now });
  expect([await limit.takeOnce("acme", "a"), await limit.takeOnce("acme", "a")]).toEqual([0, 0]);
  expect([await limit.take("acme"), await limit.take("acme"), await limit.takeOnce("acme", "b")]).toEqual([0, 60, 60]);
  expect(await limit.takeOnce("acme", "a")).toBe(0);
  now = 60_000;
  expect(await limit.waitSeconds("acme")).toBe(0);
  expect(await limit.take("acme")).toBe(0);
});
