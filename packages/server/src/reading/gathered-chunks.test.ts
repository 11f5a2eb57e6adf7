import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { gatheredChunks } from "./gathered-chunks.ts";

async function gather(chunks: AsyncIterable<Buffer>): Promise<string[]> {
  const gathered: string[] = [];
  for await (const chunk of gatheredChunks(chunks)) gathered.push(chunk.toString());
  return gathered;
}

async function* chunksOf(texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function* cutOff(texts: readonly string[]): AsyncGenerator<Buffer> {
  yield* chunksOf(texts);
  throw new Error("cut off");
}

async function* neverGoingOn(): AsyncGenerator<Buffer> {
  yield Buffer.from("a");
  await new Promise(() => undefined);
}

describe("gathered chunks", () => {
  it("are one when they arrive close together", async () => {
    expect(await gather(chunksOf(["a", "bc", "d"]))).toEqual(["abcd"]);
    expect(await gather(chunksOf([]))).toEqual([]);
  });

  it("are at most a megabyte, unless a single one is larger", async () => {
    const large = "x".repeat(1_500_000);
    const half = "y".repeat(600_000);
    const gathered = await gather(chunksOf(["a", large, half, half, "z"]));
    expect(gathered.map(({ length }) => length)).toEqual([1, 1_500_000, 600_000, 600_001]);
  });

  it("do not wait for one that stays away", async () => {
    const hold = new AbortController();
    async function* halting(): AsyncGenerator<Buffer> {
      yield Buffer.from("a");
      yield Buffer.from("b");
      await wait(60_000, undefined, { signal: hold.signal }).catch(() => undefined);
      yield Buffer.from("c");
    }
    const gathered = gatheredChunks(halting());
    expect((await gathered.next()).value?.toString()).toBe("ab");
    hold.abort();
    expect((await gathered.next()).value?.toString()).toBe("c");
    expect((await gathered.next()).done).toBe(true);
  });

  it("that came before an error are passed on before it", async () => {
    const gathered = gatheredChunks(cutOff(["a", "b"]));
    expect((await gathered.next()).value?.toString()).toBe("ab");
    await expect(gathered.next()).rejects.toThrow("cut off");
  });

  it("are read no further once no more are wanted", async () => {
    let ended = false;
    async function* endless(): AsyncGenerator<Buffer> {
      try {
        for (;;) yield Buffer.alloc(600_000);
      } finally {
        ended = true;
      }
    }
    for await (const _ of gatheredChunks(endless())) break;
    await expect.poll(() => ended).toBe(true);
  });

  it("let a reader go that wants no more while a sender keeps the rest", async () => {
    const seen: string[] = [];
    for await (const chunk of gatheredChunks(neverGoingOn())) {
      seen.push(chunk.toString());
      break;
    }
    expect(seen).toEqual(["a"]);
  });
});
