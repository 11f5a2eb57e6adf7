import { describe, expect, it } from "vitest";
import { deliveryOf } from "./progress.ts";

describe("progress of an input", () => {
  const reading = { bytes: 250, totalBytes: 1000, events: 500, isDone: false };

  it("is what the slowest destination has settled of what the file is likely to hold, and how long the rest takes", () => {
    expect(deliveryOf(reading, 400, 100)).toEqual({
      share: 0.2,
      texts: ["20%", "400 of about 2,000 delivered", "about 16 s left", "100/s"],
    });
  });

  it("knows the number of events once everything is read, and estimates nothing while nothing moves", () => {
    expect(deliveryOf({ ...reading, bytes: 1000, isDone: true }, 499, 0)).toEqual({
      share: 0.998,
      texts: ["99%", "499 of 500 delivered", "0/s"],
    });
  });

  it("has no share of a pipe", () => {
    expect(deliveryOf({ ...reading, totalBytes: undefined }, 400, 100)).toEqual({
      share: undefined,
      texts: ["400 of 500 delivered", "100/s", "read 250 B"],
    });
  });
});
