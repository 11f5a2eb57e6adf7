import { appendFile, copyFile, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../../test/fake-clock.ts";
import { acceptText } from "../intake/accept-event.ts";
import type { DeadLetterLine } from "./dead-letter-file.ts";
import { asideFilesOf, deadLetterFilesOf, readDeadLetters, unreadFilesOf } from "./dead-letter-file.ts";
import { createFileDeadLetters } from "./file-dead-letters.ts";
import { writtenNameOf } from "./dead-letter-file-names.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dead-letters-"));
  path = join(folder, "soc.jsonl");
});
afterEach(() => rm(folder, { recursive: true }));

async function write(...events: string[]): Promise<void> {
  const deadLetters = createFileDeadLetters({ path, clock: createFakeClock() });
  for (const event of events) {
    const acceptance = acceptText(event, 0);
    if (!("record" in acceptance)) throw new TypeError(acceptance.errors[0]?.message);
    const facts = { destinationId: "soc", type: "splunk_hec", stage: "send", reason: 'told ,"event":{}' } as const;
    await deadLetters.append([
      { ...facts, record: acceptance.record, attempts: 4, ambiguous: true, firstAttemptAt: undefined },
    ]);
  }
  await deadLetters.close();
}

async function read(from = path): Promise<DeadLetterLine[]> {
  const lines: DeadLetterLine[] = [];
  for await (const line of readDeadLetters(from)) lines.push(line);
  return lines;
}

const eventText = (uid: string) =>
  `{"class_uid":6003,"time":1,"severity_id":1,"metadata":{"uid":"${uid}"},"unmapped":{"event":{"n":39.0,"text":"\u2028"}}}`;

describe("reading dead letters", () => {
  it("gives the event byte for byte, and all that is known about why", async () => {
    await write(eventText("e1"));
    expect(await read()).toEqual([
      {
        kind: "dead-letter",
        deadLetter: {
          id: expect.any(String),
          destination: "soc",
          type: "splunk_hec",
          orgId: null,
          eventId: "e1",
          stage: "send",
          reason: 'told ,"event":{}',
          attempts: 4,
          ambiguous: true,
          firstAttemptAt: null,
          deadLetteredAt: "2025-03-13T00:00:00.000Z",
          event: eventText("e1"),
          file: path,
          line: 1,
        },
      },
    ]);
  });

  it("reports torn and foreign lines with their number, and reads on", async () => {
    await write(eventText("e1"));
    const text = await readFile(path, "utf8");
    await writeFile(path, `${text}${text.slice(0, 50)}\n\n{"id":1}\n`);
    await write(eventText("e2"));
    const lines = await read();
    expect(lines.map((line) => (line.kind === "dead-letter" ? line.deadLetter.eventId : line.line))).toEqual([
      "e1",
      2,
      4,
      "e2",
    ]);
  });

  it("reads a last line whose end was torn off", async () => {
    await write(eventText("e1"));
    await appendFile(path, '{"id":"x","destination');
    expect((await read()).map(({ kind }) => kind)).toEqual(["dead-letter", "unreadable"]);
  });

  it("reads the files that were set aside first, and no other files", async () => {
    await write(eventText("old"));
    await rename(path, join(folder, "soc.2026-11-25T17-00-00-000Z.jsonl"));
    await write(eventText("new"));
    await writeFile(join(folder, "soc.other.jsonl"), "x");
    await writeFile(`${path}.replayed`, "x");
    expect(await deadLetterFilesOf(path)).toEqual([join(folder, "soc.2026-11-25T17-00-00-000Z.jsonl"), path]);
    expect((await read()).map((line) => line.kind === "dead-letter" && line.deadLetter.eventId)).toEqual([
      "old",
      "new",
    ]);
  });

  it("reads what others moved or copied beside it, each dead letter once, and says what it does not read", async () => {
    await write(eventText("oldest"));
    await rename(path, `${path}.2`);
    await write(eventText("old"));
    await rename(path, `${path}-20261130`);
    await copyFile(`${path}-20261130`, `${path}.1`);
    await write(eventText("new"));
    const unread = [`${path}.3.gz`, `${path}.bak`, join(folder, "soc.2026-11-25T17-00-00-000Z.jsonl.gz")];
    for (const file of unread) await writeFile(file, "x");
    for (const ending of [".replayed", ".replay.lock", ".replay.lock.0000"]) await writeFile(`${path}${ending}`, "x");
    await writeFile(join(folder, "soc2.jsonl"), "x");
    const ids = (await read()).map((line) => (line.kind === "dead-letter" ? line.deadLetter.eventId : line.reason));
    expect(ids.toSorted()).toEqual(["new", "old", "oldest"]);
    expect((await unreadFilesOf(path)).toSorted()).toEqual(unread.toSorted());
    expect(await asideFilesOf(path)).toEqual([]);
    const written = ["soc.jsonl.2", "soc.2026-11-25T17-00-00-000Z.jsonl", "soc.jsonl", "soc.jsonl.replayed", "soc.txt"];
    expect(written.map(writtenNameOf)).toEqual(["soc.jsonl", "soc.jsonl", "soc.jsonl", undefined, undefined]);
  });

  it("leaves dead letters that are appended meanwhile for the next time", async () => {
    await write(eventText("e1"));
    const seen: string[] = [];
    for await (const line of readDeadLetters(path)) {
      seen.push(line.kind);
      await write(eventText("more"));
    }
    expect(seen).toEqual(["dead-letter"]);
  });

  it("finds nothing where there is no file and no folder", async () => {
    expect(await read(join(folder, "none", "soc.jsonl"))).toEqual([]);
  });
});
