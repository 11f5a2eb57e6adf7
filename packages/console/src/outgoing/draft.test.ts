import { describe, expect, it } from "vitest";
import { deliveryOf, draftOf, filterOf, missingIn } from "./draft.ts";
import { placedIn } from "./outgoing-problems.ts";

const filter = {
  min_severity_id: 3,
  class_uids: [6003],
  cel: 'actor.user.name == "root"',
  sample: { 6003: 0.003 },
};
const redact = [
  { path: "actor.user.email_addr", action: "hmac" },
  { path: "unmapped.card", action: { keep_last: 4 } },
];

describe("what is entered of filter and redaction", () => {
  it("saves what was saved, with the other settings of delivery", () => {
    const delivery = { flush_interval: 1, paused: true, redact, ocsf_version: "1.8" };
    const draft = draftOf(filter, delivery);
    expect(filterOf(draft)).toEqual(filter);
    expect(deliveryOf(draft, delivery)).toEqual(delivery);
    expect(missingIn(draft).size).toBe(0);
  });

  it("keeps an expression that the form cannot show", () => {
    const cel = "has(actor.user) && severity_id >= 4";
    expect(filterOf(draftOf({ cel }, {}))).toEqual({ cel });
  });

  it("is nothing where nothing was chosen, and removes what was saved", () => {
    const draft = draftOf({}, {});
    expect(filterOf(draft)).toEqual({});
    expect(deliveryOf(draft, { redact, flush_interval: 1 })).toEqual({ flush_interval: 1 });
  });

  it("has the server's problems at the rows that were sent, past those that were not", () => {
    const draft = draftOf(filter, { redact: [{ path: "", action: "drop" }, ...redact] });
    const problems = [
      { path: "delivery.redact[1].path", message: "is no attribute." },
      { path: "filter.cel", message: "is wrong.", fix: "Write it." },
      { path: "filter.sample.6003", message: "is no share." },
      { path: "name", message: "is taken." },
    ];
    const { atField, elsewhere } = placedIn(problems, draft);
    expect(Object.fromEntries(atField)).toEqual({
      "redact.2": "is no attribute.",
      conditions: "is wrong. Write it.",
      "share.0": "is no share.",
    });
    expect(elsewhere.map(({ path }) => path)).toEqual(["name"]);
    expect([...missingIn(draft)]).toEqual(["redact.0"]);
  });
});
