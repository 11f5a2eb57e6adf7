import { expect, it } from "vitest";
import { pathsOf } from "./event-paths.ts";

it("names an event's values as redaction does, each once", () => {
  const event = {
    message: "a",
    actor: { user: { name: "b", email_addr: "c" } },
    observables: [{ value: 1 }, { value: 2 }],
  };
  expect(pathsOf([event, { message: "other" }])).toEqual([
    "actor.user.email_addr",
    "actor.user.name",
    "message",
    "observables[*].value",
  ]);
});

it("leaves out names that no path can hold, and ends on endless events", () => {
  expect(pathsOf([{ "<img src=x>": 1, "a b": { c: 2 }, d: null }])).toEqual(["d"]);
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`n${at}`, at]));
  expect(pathsOf([many]).length).toBe(300);
});
