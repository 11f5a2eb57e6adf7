import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { createHost, openSignerFile, readPublishedKeys } from "@arbitex/core/host";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNumberedReceiver } from "../../../core/test/numbered-receiver.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { NumberTable } from "./number-table.ts";
import { readPublicKeys } from "./public-keys.ts";
import { readExport } from "./read-export.ts";
import { StreamEvidence } from "./stream-evidence.ts";
import { verdictOf } from "./stream-verdict.ts";
import { ExportCheck } from "./verify-export.ts";

let folder: string;
let keys: string;
/** A stream of four events and its last checkpoint, as text. */
let texts: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "verify-"));
  const stored = join(folder, "signing-keys.json");
  const siem = createNumberedReceiver();
  const host = await createHost({ destinations: [siem.destination], openSigner: () => openSignerFile(stored) });
  await host.publish(
    ["é 漢", 'a\\b\n"c"', "plain", "1.50"].map((message, index) => ({
      class_uid: 3002,
      severity_id: 1,
      time: 1_796_000_000_000 + index,
      metadata: { uid: `e${index}`, version: "1.1.0" },
      message,
      // OCSF's own, with names that SIEMs add as well.
      service: { name: "sign-in" },
      status: "Failure",
    })),
  );
  await host.stop();
  ({ texts } = siem);
  keys = join(folder, "keys.json");
  await writeFile(keys, JSON.stringify({ keys: await readPublishedKeys(stored) }));
});
afterAll(() => rm(folder, { recursive: true }));

async function verdictOn(content: string | Buffer) {
  const file = join(folder, "export");
  await writeFile(file, content);
  const check = new ExportCheck(await readPublicKeys(keys));
  await readExport(file, check, { stdin: Readable.from([]), signal: new AbortController().signal });
  return check.verdict();
}

const parsed = () => texts.map((text): Record<string, unknown> => JSON.parse(text));
const lines = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join("\n");

/** What SIEMs and the tools around them write when they export. */
const forms: Record<string, () => string | Buffer> = {
  "events, one a line": () => texts.join("\n"),
  "events, one a line, compressed": () => gzipSync(texts.join("\n")),
  "events as an array": () => `[${texts.join(",")}]`,
  "events as an array over several lines": () => JSON.stringify(parsed(), null, 2),
  "HEC envelopes": () =>
    lines(parsed().map((event) => ({ time: 1_796_000_000.123, host: "h", sourcetype: "arbitex:ocsf", event }))),
  "Splunk, rows of a search as JSON": () =>
    lines(texts.map((_raw, offset) => ({ preview: false, offset, result: { _raw, _time: "2026-11-30", host: "h" } }))),
  "Splunk, rows of a search with fields beside the event": () =>
    lines(texts.map((_raw) => ({ preview: false, result: { _raw, class_uid: "3002", "metadata.uid": "e0" } }))),
  "Splunk, results of a job": () =>
    JSON.stringify({ preview: false, init_offset: 0, results: texts.map((_raw) => ({ _raw, _cd: "1:2" })) }),
  "Elasticsearch, the answer of a search": () =>
    JSON.stringify({
      took: 1,
      hits: {
        total: { value: 5, relation: "eq" },
        hits: parsed().map((event) => ({ _index: "i", _id: "1", _source: { "@timestamp": "2026-11-30", ...event } })),
      },
    }),
  "Elasticsearch, a dump of one hit a line": () =>
    lines(parsed().map((_source) => ({ _index: "i", _id: "1", _score: 1, _source }))),
  "bulk requests": () =>
    parsed()
      .map((event) => lines([{ create: { _index: "i", _id: "1" } }, { "@timestamp": "2026-11-30", ...event }]))
      .join("\n"),
  "Datadog, its search answer with the event as attributes": () =>
    JSON.stringify({
      data: parsed().map((event) => ({
        id: "AQ",
        type: "log",
        attributes: { status: "info", service: "s", tags: ["env:production"], timestamp: "2026", attributes: event },
      })),
      meta: { page: {} },
    }),
  "Datadog, an archive with the event as message": () =>
    gzipSync(lines(texts.map((message) => ({ _id: "AQ", date: "2026", service: "s", host: "h", message })))),
  "Sumo Logic, messages of a search": () =>
    JSON.stringify({ fields: [], messages: texts.map((_raw) => ({ map: { _raw, _messageid: "1" } })) }),
  "dead letters of this server": () => lines(parsed().map((event) => ({ id: "1", destination: "soc", event }))),
};

describe("an export of a whole stream", () => {
  it.each(Object.keys(forms))("is complete as %s", async (form) => {
    const verdict = await verdictOn(forms[form]?.() ?? "");
    expect(verdict).toMatchObject({
      isComplete: true,
      events: 5,
      unnumbered: 0,
      unreadable: 0,
      streams: [{ events: 5, proven: [1, 4], isEnded: true }],
    });
  });
});

describe("an export", () => {
  it.each(Object.keys(forms))("with a changed event is not complete as %s", async (form) => {
    const before = texts;
    texts = texts.map((text) => text.replace('"plain"', '"altered"'));
    const verdict = await verdictOn(forms[form]?.() ?? "").finally(() => (texts = before));
    expect(verdict).toMatchObject({ isComplete: false, streams: [{ altered: [{ number: 3, uid: "e2" }] }] });
  });

  it.each([
    ["nothing", ""],
    ["lines of CEF", "<134>Nov 30 12:00:00 h CEF:0|Arbitex|x|1|3002|n|3|externalId=e1"],
    ["events without numbers", '{"class_uid":3002,"metadata":{"uid":"e1"}}'],
  ])("of %s proves nothing", async (_what, content) => {
    expect(await verdictOn(content)).toMatchObject({ isComplete: false, streams: [] });
  });

  it("without a checkpoint proves nothing", async () => {
    const events = texts.filter((text) => !text.includes('"checkpoint"'));
    const verdict = await verdictOn(events.join("\n"));
    expect(verdict).toMatchObject({ isComplete: false, events: 4, streams: [{ proven: undefined, missing: [] }] });
  });

  it("without one of its events names it", async () => {
    const verdict = await verdictOn(texts.filter((text) => !text.includes('"e1"')).join("\n"));
    expect(verdict).toMatchObject({ isComplete: false, streams: [{ missing: [[2, 2]] }] });
  });

  it("that is nested without end, or of other types, is read as far as it goes", async () => {
    const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
    const odd = '{"class_uid":1,"metadata":{"uid":7,"sequence":"1"},"unmapped":{"attestation":[]}}';
    const verdict = await verdictOn([...texts, deep, odd, '{"class_uid":', "null", "7"].join("\n"));
    expect(verdict).toMatchObject({ isComplete: true, events: 6, unnumbered: 1, unreadable: 1 });
  });
});

const eventOf = (stream: number) => ({
  class_uid: 1,
  metadata: { sequence: 1 },
  unmapped: { attestation: { chain_uid: `s${stream}` } },
});

describe("an export that means harm", () => {
  it("is read from a named pipe, whose first bytes come once", async () => {
    const pipe = join(folder, "pipe");
    await promisify(execFile)("mkfifo", [pipe]);
    const check = new ExportCheck(await readPublicKeys(keys));
    const options = { stdin: Readable.from([]), signal: new AbortController().signal };
    await Promise.all([readExport(pipe, check, options), writeFile(pipe, texts.join("\n"))]);
    expect(check.verdict()).toMatchObject({ isComplete: true, events: 5 });
  });

  it("is not complete where an array ends in the middle", async () => {
    const verdict = await verdictOn(`[${texts.join(",")},{"class_uid":`);
    expect(verdict).toMatchObject({
      isComplete: false,
      events: 5,
      broken: [expect.stringContaining("cannot be read to its end")],
    });
  });

  it("of blanks alone holds nothing in memory that it need not", async () => {
    const blanks = Buffer.alloc(3 * 1024 * 1024, " ");
    expect(await verdictOn(Buffer.concat([blanks, Buffer.from(`\n${texts.join("\n")}`)]))).toMatchObject({
      isComplete: true,
    });
  });

  it("with more streams than can be held is refused, saying so", async () => {
    const check = new ExportCheck(await readPublicKeys(keys));
    check.addValue(Array.from({ length: 100_000 }, (_, stream) => eventOf(stream)));
    expect(() => check.addValue(eventOf(100_000))).toThrow("more than 100000 streams");
  });

  it("with a document over several lines that is too large to hold is refused, saying what to do", async () => {
    await expect(verdictOn(`{\n${" ".repeat(65 * 1024 * 1024)}}`)).rejects.toThrow("write an event on each line");
  });

  it.each([
    ["PEM that is none", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"],
    ["a JSON Web Key that is none", '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"!!"}]}'],
    ["an RSA key", '{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}'],
    ["nothing", ""],
  ])("with a key that is %s is a wrong use", async (_what, content) => {
    const file = join(folder, "other-keys");
    await writeFile(file, content);
    await expect(readPublicKeys(file)).rejects.toThrow("has no public Ed25519 key");
  });
});

describe("checkpoints with absurd numbers, signed all the same", () => {
  const most = Number.MAX_SAFE_INTEGER;
  const usual: Checkpoint = {
    stream: "s",
    number: 3,
    time: 1,
    index: 1,
    from: 1,
    to: 2,
    root: "00",
    isFinal: false,
    deadLettered: [],
    unnamed: 0,
    underWay: [],
    unsent: new Map(),
    revised: new Map(),
    fingerprint: "aa",
    previous: undefined,
  };
  const evidenceOf = (checkpoints: readonly Partial<Checkpoint>[], numbers: readonly number[] = [1, 2, 3]) => {
    const evidence = new StreamEvidence("s");
    for (const number of numbers)
      evidence.add(number, { uid: "", fingerprint: "ab".repeat(32), state: "unaltered", place: undefined });
    for (const checkpoint of checkpoints) evidence.addCheckpoint({ ...usual, ...checkpoint });
    return evidence;
  };

  it("are answered at once, as ranges", () => {
    const verdict = verdictOf(evidenceOf([{}, { index: most, from: 0, to: most, number: most }]), {});
    expect(verdict).toMatchObject({
      missing: [[4, most]],
      missingCheckpoints: [[2, most - 1]],
      uncheckedIntervals: [[0, most]],
    });
  });

  it("that overlap are looked through once", () => {
    const many = Array.from({ length: 5000 }, (_, at) => ({ index: at + 1, from: 1, to: 20_000, number: 20_001 }));
    const verdict = verdictOf(
      evidenceOf(
        many,
        Array.from({ length: 20_001 }, (_, at) => at + 1),
      ),
      {},
    );
    expect(verdict.uncheckedIntervals).toHaveLength(4999);
  });

  it("leave out exactly the dead letters, which may go over several gaps", () => {
    const deadLettered = [
      [2, 4],
      [6, 9],
      [9, most],
    ] as const;
    const { missing } = verdictOf(evidenceOf([{ deadLettered, number: 12, to: 11 }], [1, 3, 8, 12]), {});
    expect(missing).toEqual([[5, 5]]);
  });
});

describe("numbers far apart", () => {
  it("are kept and found", () => {
    const table = new NumberTable();
    const numbers = [Number.MAX_SAFE_INTEGER, 1, 130, 64, 63, 65];
    for (const number of numbers) table.add(number, number.toString(16).padStart(64, "0"));
    for (const number of numbers) expect(Number.parseInt(table.fingerprintOf(number) ?? "", 16)).toBe(number);
    expect(table.absent(1, 131)).toEqual([
      [2, 62],
      [66, 129],
      [131, 131],
    ]);
    expect(table.add(64, "00".repeat(32))).toBe("other");
  });
});
