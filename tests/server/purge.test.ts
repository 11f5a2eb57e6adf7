import { appendFile, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { run } from "./command.ts";

let folder: string;
let environment: Record<string, string>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "purge-"));
  const deadLetters = join(folder, "dead-letters");
  await mkdir(deadLetters);
  environment = { SIEM_DEAD_LETTER_PATH: deadLetters, DATADOG_API_KEY: "0123456789abcdef0123456789abcdef" };
  await appendFile(
    join(deadLetters, "datadog.2026-01-01T00-00-00-000Z.jsonl"),
    deadLetter("a", "send") + deadLetter("b", "limit"),
  );
  await appendFile(join(deadLetters, "datadog.jsonl"), deadLetter("c", "send"));
});
afterEach(() => rm(folder, { recursive: true }));

function deadLetter(id: string, stage: string): string {
  return `${JSON.stringify({
    id,
    destination: "datadog",
    type: "datadog",
    org_id: null,
    event_id: id,
    stage,
    reason: "503",
    attempts: 4,
    ambiguous: false,
    first_attempt_at: null,
    dead_lettered_at: "2026-01-01T00:00:00.000Z",
    event: { class_uid: 6003, time: 1, metadata: { uid: id } },
  })}\n`;
}

async function listed(): Promise<string[]> {
  const { stdout } = await run(["dead-letters", "list", "--json"], environment);
  const { letters } = JSON.parse(stdout) as { letters: { id: string }[] };
  return letters.map(({ id }) => id);
}

it("purge gives up those that are meant, and removes a file set aside once nothing is left in it", async () => {
  const first = await run(["dead-letters", "purge", "--stage", "send", "--json"], environment);
  expect(JSON.parse(first.stdout)).toMatchObject({ dry_run: false, purged: 2 });
  expect(await listed()).toEqual(["b"]);
  const second = await run(["dead-letters", "purge", "--id", "b"], environment);
  expect(second.stdout).toContain("1 dead letter purged.");
  expect(second.stdout).toContain("removed ");
  expect(await listed()).toEqual([]);
  expect(await readdir(join(folder, "dead-letters"))).toEqual(["datadog.jsonl", "datadog.jsonl.replayed"]);
});

it("purge does nothing in a dry run, and nothing that nobody named", async () => {
  const dry = await run(["dead-letters", "purge", "--destination", "datadog", "--dry-run"], environment);
  expect(dry.stdout).toContain("3 dead letters would be purged");
  const replayed = await run(["dead-letters", "purge", "--replayed"], environment);
  expect(replayed.stdout).toContain("0 dead letters purged.");
  const { exitCode, stderr } = await run(["dead-letters", "purge"], environment);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining("--replayed")]);
  expect(await listed()).toHaveLength(3);
});

it("replay warns of events that the SIEM does not take as they are", async () => {
  const { stderr, stdout } = await run(["dead-letters", "replay", "--dry-run", "--json"], environment);
  expect(stderr).toContain("datadog: 3 events are older than 18 h. Datadog drops events older than 18 hours.");
  expect(JSON.parse(stdout)).toMatchObject({ destinations: [{ id: "datadog", found: 3, old: 3 }] });
});
