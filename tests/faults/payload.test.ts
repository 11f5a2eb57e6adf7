import { expect, it } from "vitest";
import { createEventSupply } from "../../faults/src/client/event-supply.ts";
import { spoiledEvents } from "../../faults/src/oracle/payload.ts";

const supply = createEventSupply(1);
const text = supply.text(0);
const id = supply.id(0);
const event: object = JSON.parse(text);
const twin = 400;

it("finds events as they were wherever a SIEM keeps them", () => {
  const found = [
    event,
    { event, time: 1 },
    { id, source: { "@timestamp": "x", ...event } },
    { message: text },
    { text },
  ];
  expect(spoiledEvents(found, supply)).toEqual([]);
});

it.each([
  ["has another value", { ...event, severity_id: 99 }],
  ["lacks a value", { ...event, time: undefined }],
  ["has the id of another", JSON.parse(supply.text(1).replace(supply.id(1), id))],
])("finds an event that %s", (_, spoiled) => {
  for (const found of [spoiled, { event: spoiled }, { message: JSON.stringify(spoiled) }]) {
    expect(spoiledEvents([found], supply)).toEqual([id]);
  }
});

it("finds a text that is not the one that became of the other events of its shape", () => {
  const line = (index: number, more = "") => ({ text: `CEF:0|x|${more} externalId=${supply.id(index)}` });
  expect(supply.shape(0)).toBe(supply.shape(twin));
  expect(spoiledEvents([line(0), line(1, "another shape"), line(twin), line(2 * twin)], supply)).toEqual([]);
  expect(spoiledEvents([line(0), line(twin, "torn"), line(2 * twin)], supply)).toContain(supply.id(twin));
});
