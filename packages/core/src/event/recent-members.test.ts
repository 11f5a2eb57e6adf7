import { expect, it } from "vitest";
import { AcceptedEvent } from "./accepted-event.ts";
import { findMember, valueOf } from "./event-members.ts";
import { membersOf } from "./recent-members.ts";

function recordOf(uid: number, members: number): AcceptedEvent {
  const json = JSON.stringify({
    uid,
    ...Object.fromEntries(Array.from({ length: members }, (_, at) => [`m${at}`, at])),
  });
  return new AcceptedEvent({ id: `${uid}`, orgId: null, classUid: 1, severityId: 1, time: 1, acceptedAt: 1, json });
}

it("finds each event's own members, however many were read in between", () => {
  const records = Array.from({ length: 3000 }, (_, index) => recordOf(index, (index * 7) % 900));
  for (const distance of [0, 1, 100, 1000, 2500]) {
    for (const [index, record] of records.entries()) {
      for (const one of [record, records[index - distance] ?? record]) {
        const members = membersOf(one);
        expect(valueOf(members, findMember(members, members.start, members.end, "uid"))).toBe(Number(one.id));
      }
    }
  }
}, 60_000);
