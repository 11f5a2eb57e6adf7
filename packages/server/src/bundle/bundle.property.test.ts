import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundleKeys, someEvents, writeBundle } from "../../test/bundles.ts";
import { textsOf, verifyBundle } from "./import-bundle.ts";
import { openBundle } from "./read-bundle.ts";
import { resumeBundle } from "./resume-bundle.ts";
import { createBundleWriter } from "./write-bundle.ts";

const keys = bundleKeys();
const events = someEvents(24);
const frames = [events.slice(0, 8), events.slice(8, 9), events.slice(9, 24)];
const about = { destination: { id: "soc", type: "splunk_hec" }, organisation: null };

let folder: string;
let whole: Buffer;
/** Where frames begin and end, the header's end first. */
const edges: number[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundle-"));
  const path = join(folder, "whole");
  await writeBundle(path, frames, keys);
  whole = await readFile(path);
  let at = whole.indexOf("\n") + 1;
  while (at < whole.length) {
    edges.push(at);
    at += 16 + whole.readUInt32BE(at) + whole.readUInt32BE(at + 4) + 64;
  }
  edges.push(at);
});
afterAll(() => rm(folder, { recursive: true }));

/** How the bytes end, as an import would find out; rejects as it would. */
async function endOf(bytes: Uint8Array) {
  const path = join(folder, "given");
  await writeFile(path, bytes);
  const bundle = await openBundle(path, keys.importing.verify);
  try {
    return await verifyBundle(bundle, keys.importing);
  } finally {
    await bundle.file.close();
  }
}

async function textsIn(path: string): Promise<string[]> {
  const bundle = await openBundle(path, keys.importing.verify);
  const texts: string[] = [];
  for await (const frame of textsOf(bundle, keys.importing)) texts.push(...frame.texts);
  await bundle.file.close();
  return texts;
}

it("gives back the events that were written, in order, and is its owner's alone", async () => {
  expect(await endOf(whole)).toMatchObject({ kind: "whole", frames: 3, events: 24 });
  expect(await textsIn(join(folder, "whole"))).toEqual(events.map(({ json }) => json));
  expect((await stat(join(folder, "whole"))).mode & 0o777).toBe(0o600);
});

it("holds no event in plain text", () => {
  for (const { id } of events) expect(whole.includes(id)).toBe(false);
});

it("finds every altered bit", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length * 8 - 1), async (bit) => {
      const altered = Buffer.from(whole);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await expect(endOf(altered)).rejects.toMatchObject({ code: expect.stringMatching(/^SIEM_BUNDLE_/) });
    }),
    { numRuns: 400 },
  );
});

it("finds every cut, and says what is whole before it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: edges[0] ?? 0, max: whole.length - 1 }), async (length) => {
      const before = edges.filter((edge) => edge <= length).length - 1;
      const end = await endOf(whole.subarray(0, length));
      expect(end).toEqual({
        kind: edges.includes(length) ? "open" : "torn",
        offset: edges[before],
        frames: before,
        events: frames.slice(0, before).flat().length,
      });
    }),
    { numRuns: 200 },
  );
  await expect(endOf(whole.subarray(0, (edges[0] ?? 0) - 1))).rejects.toMatchObject({ code: "SIEM_BUNDLE_INVALID" });
});

it("finds frames that are swapped, left out, repeated, or of another bundle, and what follows the end", async () => {
  const other = join(folder, "other");
  await writeBundle(other, frames, keys);
  const foreign = await readFile(other);
  const parts = edges.slice(1).map((end, index) => whole.subarray(edges[index], end));
  const [one, two, three, last] = parts;
  const header = whole.subarray(0, edges[0]);
  const orders = [
    [two, one, three, last],
    [one, three, last],
    [one, one, two, three, last],
    [one, two, last],
    [last],
    [one, two, three, last, last],
    [one, two, three, last, Buffer.from("\n")],
  ];
  for (const order of orders) {
    const bytes = Buffer.concat([header, ...order.map((part) => part ?? Buffer.alloc(0))]);
    await expect(endOf(bytes)).rejects.toMatchObject({ code: "SIEM_BUNDLE_INVALID" });
  }
  const mixed = Buffer.concat([header, foreign.subarray(edges[0])]);
  await expect(endOf(mixed)).rejects.toMatchObject({ code: "SIEM_BUNDLE_INVALID" });
});

it("names the key that is wrong", async () => {
  const strangers = bundleKeys();
  const path = join(folder, "whole");
  await expect(openBundle(path, strangers.importing.verify)).rejects.toMatchObject({ code: "SIEM_BUNDLE_KEY" });
  const bundle = await openBundle(path, keys.importing.verify);
  const mixed = { ...keys.importing, decrypt: strangers.importing.decrypt };
  await expect(verifyBundle(bundle, mixed)).rejects.toMatchObject({ code: "SIEM_BUNDLE_KEY" });
  await bundle.file.close();
});

it("goes on behind the last whole frame, wherever it was cut", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: edges[0] ?? 0, max: (edges[3] ?? 0) - 1 }), async (length) => {
      const path = join(folder, "resumed");
      await writeFile(path, whole.subarray(0, length));
      const { state, heads, isWhole } = await resumeBundle(path, about, keys.exporting);
      expect([isWhole, heads.length]).toEqual([false, state.frames]);
      const writer = createBundleWriter(state, keys.exporting);
      for (const records of frames.slice(state.frames)) await writer.append(records);
      await writer.finish();
      await state.file.close();
      expect(await endOf(await readFile(path))).toMatchObject({ kind: "whole", events: 24 });
      expect(await textsIn(path)).toEqual(events.map(({ json }) => json));
    }),
    { numRuns: 60 },
  );
});

it("is not cut where it is damaged: what follows would be lost", async () => {
  const path = join(folder, "damaged");
  const damaged = Buffer.from(whole);
  const at = (edges[1] ?? 0) + 5;
  damaged[at] = (damaged[at] ?? 0) ^ 1;
  await writeFile(path, damaged);
  await expect(resumeBundle(path, about, keys.exporting)).rejects.toMatchObject({ code: "SIEM_BUNDLE_INVALID" });
  expect(await readFile(path)).toEqual(damaged);
});
