import { describe, expect, it } from "vitest";
import { createEventRecord } from "../../intake/accept-event.ts";
import { createSelect, selected, selectPartsOf } from "./select.ts";

const recordOf = (uid: string, classUid = 6003, severity = 3) =>
  createEventRecord({
    class_uid: classUid,
    severity_id: severity,
    time: 1,
    metadata: { uid },
    actor: { user: { name: uid } },
  });

describe("a selection", () => {
  it("is none where the filter includes every event", () => {
    expect(createSelect({})).toBeUndefined();
    const records = [recordOf("a")];
    expect(selected(records, undefined)).toEqual({ wanted: records, unwanted: [] });
  });

  it("includes what every setting includes, and keeps the order", () => {
    const select = createSelect({ minSeverityId: 2, classUids: [6003], cel: 'actor.user.name != "c"' });
    const records = [recordOf("a"), recordOf("b", 3002), recordOf("c"), recordOf("d", 6003, 1), recordOf("e")];
    const { wanted, unwanted } = selected(records, select);
    expect(wanted.map(({ id }) => id)).toEqual(["a", "e"]);
    expect(unwanted.map(({ id }) => id)).toEqual(["b", "c", "d"]);
  });

  it("samples a class by its share, and decides about an event alike for ever", () => {
    const records = Array.from({ length: 20_000 }, (_, index) => recordOf(`0192f0a1-7b1c-7c3e-9b58-${index}`));
    const once = selected(records, createSelect({ sample: { "6003": 0.1 } })).wanted;
    const again = selected(records, createSelect({ sample: { "6003": 0.1 } })).wanted;
    expect(again).toEqual(once);
    // Five standard deviations around a tenth.
    expect(Math.abs(once.length - 2000)).toBeLessThan(215);
    const half = new Set(selected(records, createSelect({ sample: { "6003": 0.5 } })).wanted);
    expect(once.every((record) => half.has(record))).toBe(true);
  });

  it("keeps all, none, and other classes whole", () => {
    const records = [recordOf("a"), recordOf("b"), recordOf("c", 3002)];
    const left = (share: number) => selected(records, createSelect({ sample: { "6003": share } })).wanted.length;
    expect([left(1), left(0)]).toEqual([3, 1]);
  });

  it("names its parts, the terms of an expression one by one", () => {
    const filter = { minSeverityId: 2, cel: "class_uid == 6003 && severity_id < 3" };
    expect(selectPartsOf(filter).map(({ setting, test }) => [setting, test(recordOf("a"))])).toEqual([
      ["min_severity_id: 2", true],
      ["cel: class_uid == 6003", true],
      ["cel: severity_id < 3", false],
    ]);
  });

  it("refuses an expression that was not checked before", () => {
    expect(() => createSelect({ cel: "nothing == 1" })).toThrow(
      "filter.cel has nothing, which no event meant here has.",
    );
  });
});
