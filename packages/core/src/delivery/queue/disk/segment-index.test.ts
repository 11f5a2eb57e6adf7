import { expect, it } from "vitest";
import { indexFrame } from "./segment-index.ts";

it("writes an entry under the names that files of earlier versions have", () => {
  const extent = { events: 2, bytes: 30, firstSequence: 5, lastSequence: 6, oldestAt: 1 };
  const frame = indexFrame([{ ...extent, destinationId: "a", offset: 16, end: undefined, moved: undefined }]);
  expect(frame.toString("latin1")).toContain(
    '[{"events":2,"bytes":30,"firstPlace":5,"lastPlace":6,"oldestAt":1,"destinationId":"a","offset":16}]',
  );
});
