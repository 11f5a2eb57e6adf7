import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createEventBuilders, stringifyEvent, validateLine } from "@arbitex/core/ocsf";
import { createEventGenerator } from "@arbitex/simulators";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run, start } from "./command.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ocsf-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(content: string | Buffer): Promise<string> {
  const path = join(folder, "events");
  await writeFile(path, content);
  return path;
}

const good = stringifyEvent(
  createEventBuilders({ rendering: "strict" }).authentication({ time: 1, user: { uid: "u" } }),
);
const clean = '{"errors":[],"warnings":[]}';
const notJson = '{"errors":[{"code":"json_invalid","path":""}],"warnings":[]}';

describe("ocsf validate", () => {
  it("prints one line for each line of input, in order, also for those that are not JSON", async () => {
    const lines = [good, "", "nope", '{"class_uid":1}', "[1]", good.replace('"time":1', '"time":"x"')];
    const { exitCode, stdout } = await run(["ocsf", "validate", await file(lines.join("\r\n")), "--json"]);
    expect(stdout.split("\n")).toEqual([
      clean,
      notJson,
      notJson,
      '{"errors":[{"code":"class_uid_unknown","path":"class_uid"}],"warnings":[]}',
      '{"errors":[{"code":"not_an_object","path":""}],"warnings":[]}',
      '{"errors":[{"code":"attribute_wrong_type","path":"time"}],"warnings":[]}',
      "",
    ]);
    expect(exitCode).toBe(1);
  });

  it("says of many events what the library says, with the schema that is asked for", async () => {
    const generator = createEventGenerator({ seed: 3 });
    const lines = Array.from({ length: 2000 }, () => JSON.stringify(generator.next()));
    const path = await file(gzipSync(lines.join("\n")));
    const words = ["ocsf", "validate", path, "--json", "--missing-recommended", "--schema"];
    for (const schema of ["base", "extended"] as const) {
      const { exitCode, stdout } = await run([...words, schema]);
      const verdicts = lines.map((line) => JSON.stringify(validateLine(line, { schema, missingRecommended: true })));
      expect(stdout).toBe(`${verdicts.join("\n")}\n`);
      expect(exitCode).toBe(verdicts.some((verdict) => !verdict.startsWith('{"errors":[]')) ? 1 : 0);
    }
  });

  it("reads standard input and exits 0 when there are only warnings", async () => {
    const running = start(["ocsf", "validate", "-"]);
    running.process.stdin?.end(good.replace('"severity":"Informational"', '"severity":"Grave"'));
    const { exitCode, stdout } = await running.finished;
    expect(stdout).toMatch(/standard input \(base schema\): 1 line, no errors, 1 with warnings/);
    expect(stdout).toMatch(/1 {2}attribute_enum_sibling_incorrect\n\s+line 1: severity/);
    expect(exitCode).toBe(0);
  });

  it("reports counts by code with the lines where they were first seen", async () => {
    const odd = good.replace('"time":1', '"time":1,"colour":"\\u001b[31mred"');
    const { exitCode, stdout } = await run(["ocsf", "validate", await file([good, odd, odd, "x"].join("\n"))]);
    expect(stdout).toMatch(/4 lines, 3 with errors, 0 with warnings/);
    expect(stdout).toMatch(/2 {2}attribute_unknown\n\s+line 2: colour[^\n]*\n\s+…\n\s+1 {2}json_invalid\n\s+line 4: /);
    expect(stdout).not.toContain("\u001b");
    expect(exitCode).toBe(1);
  });

  it.each([
    ["a file that is not there", ["/no/such/file"], "no such file"],
    ["a schema that there is not", ["-", "--schema", "wide"], "base, extended"],
    ["no file at all", [], "missing required argument"],
  ])("exits 2 for %s", async (_, words, expected) => {
    const { exitCode, stderr } = await run(["ocsf", "validate", ...words]);
    expect(stderr).toContain(expected);
    expect(exitCode).toBe(2);
  });

  it("exits 2 for gzip that is cut off", async () => {
    const path = await file(gzipSync(good.repeat(1000)).subarray(0, 100));
    const { exitCode, stderr } = await run(["ocsf", "validate", path]);
    expect(stderr).toContain("cannot be read");
    expect(exitCode).toBe(2);
  });
});
