import { describe, expect, it } from "vitest";
import { createTurns } from "./turns.ts";

describe("turns", () => {
  it("are taken one after the other, each holder's only once", async () => {
    const turns = createTurns<string>(60_000);
    const order: string[] = [];
    for (const holder of ["a", "b", "a", "c", "b"]) void turns.take(holder).then(() => order.push(holder));
    await Promise.resolve();
    for (const holder of ["a", "b", "c"]) {
      expect(turns.has(holder)).toBe(true);
      turns.end(holder);
    }
    await Promise.resolve();
    expect(order).toEqual(["a", "a", "b", "b", "c"]);
  });

  it("end by themselves after the longest time, and at once for one that leaves while it waits", async () => {
    const turns = createTurns<string>(5);
    await turns.take("a");
    const waiting = turns.take("b");
    turns.end("b");
    await waiting;
    await turns.take("c");
    expect(turns.has("a")).toBe(false);
  });
});
