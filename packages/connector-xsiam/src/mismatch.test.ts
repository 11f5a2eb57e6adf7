import { expect, it } from "vitest";
import { createMismatchWatch } from "./mismatch.ts";

const reply = { status: 500, headers: {}, text: `{"error":"failed to process the request"}` };

it.each([
  ["gzip", /Compression to gzip/],
  ["none", /Compression to uncompressed/],
] as const)("suspects format and compression at the third failure in a row, compression %s", (compression, fix) => {
  const watch = createMismatchWatch(compression);
  expect([1, 2].map(() => watch.failed(reply).kind)).toEqual(["retry", "retry"]);
  const suspended = {
    kind: "suspend",
    reason: expect.stringMatching(/probably not the format or compression/),
    fix: expect.stringMatching(fix),
  };
  expect(watch.failed(reply)).toEqual(suspended);
  // After a probe nothing has been learnt: one more is enough.
  expect(watch.failed(reply)).toEqual(suspended);
});

it("takes failures between successes for hiccups", () => {
  const watch = createMismatchWatch("gzip");
  const kinds = [1, 2, 3, 4, 5].flatMap(() => {
    const kind = [watch.failed(reply).kind, watch.failed(reply).kind];
    watch.succeeded();
    return kind;
  });
  expect(new Set(kinds)).toEqual(new Set(["retry"]));
});
