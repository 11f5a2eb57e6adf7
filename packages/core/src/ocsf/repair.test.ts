import { describe, expect, it } from "vitest";
import { repair } from "./repair.ts";
import { validate } from "./validate.ts";

const event = {
  class_uid: 6003,
  activity_id: 1,
  severity_id: 1,
  time: 1741824000123,
  metadata: { product: { name: "Arbitex", vendor_name: "Arbitex" } },
  actor: { user: { uid: "u1" } },
  api: { operation: "x" },
  src_endpoint: { ip: "1.2.3.4" },
};

describe("repair", () => {
  it("fills what follows from what is there, and says so", () => {
    const before = JSON.stringify(event);
    const { event: repaired, changes } = repair(event);
    expect(changes).toEqual([
      { path: "category_uid", value: 6 },
      { path: "type_uid", value: 600301 },
      { path: "activity_name", value: "Create" },
      { path: "category_name", value: "Application Activity" },
      { path: "class_name", value: "API Activity" },
      { path: "severity", value: "Informational" },
      { path: "type_name", value: "API Activity: Create" },
      { path: "metadata.version", value: "1.1.0" },
      { path: "message", value: "u1 tried to call x from 1.2.3.4, outcome unknown" },
    ]);
    expect(validate(repaired)).toEqual({ errors: [], warnings: [] });
    expect(JSON.stringify(event)).toBe(before);
  });

  it("reads the activity from type_uid", () => {
    expect(repair({ class_uid: 3002, type_uid: 300202 }).event).toMatchObject({
      activity_id: 2,
      activity_name: "Logoff",
    });
  });

  it("gives 99 no name: only the source knows it", () => {
    const { event: repaired } = repair({ ...event, activity_id: 99 });
    expect(repaired).toMatchObject({ type_uid: 600399, type_name: "API Activity: Other" });
    expect(repaired).not.toHaveProperty("activity_name");
  });

  it.each([
    [
      "values that are there, even wrong ones",
      { ...event, category_uid: 3, class_name: "x", type_uid: 1 },
      ["category_uid", "class_name", "type_uid"],
    ],
    ["an activity that the class does not have", { class_uid: 6003, activity_id: 50 }, ["activity_id", "type_uid"]],
    ["an event of no known class", { class_uid: 1 }, ["category_uid", "class_name", "type_uid"]],
    ["an event without metadata", { class_uid: 6003 }, ["metadata"]],
  ])("leaves alone %s", (_, given, paths) => {
    expect(repair(given).changes.filter(({ path }) => paths.includes(path))).toEqual([]);
  });

  it("returns the event itself when there is nothing to do", () => {
    const { event: complete } = repair(event);
    expect(repair(complete).event).toBe(complete);
  });
});
