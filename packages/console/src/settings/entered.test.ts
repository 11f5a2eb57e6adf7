import { describe, expect, it } from "vitest";
import { en } from "../strings/en.ts";
import { enteredOf, problemsOf, settingsOf } from "./entered.ts";
import { fieldsOf } from "./fields.ts";

const groups = fieldsOf(
  {
    properties: {
      url: { type: "string" },
      token: { type: "string", writeOnly: true },
      port: { type: "integer", minimum: 1, maximum: 65535 },
      tags: { type: "array", items: { type: "string" } },
      headers: { type: "object" },
    },
    required: ["url", "token"],
  },
  {},
);

describe("what is entered", () => {
  it("becomes settings of the right types, without what was left empty", () => {
    const entered = {
      url: " https://siem.example.com ",
      token: "t",
      port: "514",
      tags: "a\n\n b",
      headers: '{"x":"y"}',
    };
    expect(settingsOf(groups, entered)).toEqual({
      url: "https://siem.example.com",
      token: "t",
      port: 514,
      tags: ["a", "b"],
      headers: { x: "y" },
    });
    expect(settingsOf(groups, { url: "u", port: "" })).toEqual({ url: "u" });
  });

  it("keeps a stored secret that nothing else was entered for", () => {
    const stored = { url: "u", token: "[secret]" };
    expect(enteredOf(stored)).toEqual({ url: "u" });
    expect(settingsOf(groups, enteredOf(stored), stored)).toEqual(stored);
    expect(settingsOf(groups, { url: "u", token: "new" }, stored)).toEqual({ url: "u", token: "new" });
  });

  it("is refused where it is missing or no number, by field", () => {
    const problems = problemsOf(groups, { port: "70000", headers: "{" }, {}, en);
    expect([...problems]).toEqual([
      ["url", en.form.missing],
      ["token", en.form.missing],
      ["port", "Between 1 and 65535."],
      ["headers", en.form.jsonWrong],
    ]);
    expect(problemsOf(groups, { url: "u" }, { token: "[secret]" }, en).size).toBe(0);
  });
});
