import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, it, onTestFinished } from "vitest";
import { main } from "./main.ts";

function inFolder() {
  const folder = mkdtempSync(join(tmpdir(), "create-connector-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

interface Terminal {
  /** What a person types; without it there is no terminal. */
  readonly typed?: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function create(folder: string, words: readonly string[], { typed, env = {} }: Terminal = {}) {
  const isTTY = typed !== undefined;
  const stream = () => Object.assign(new PassThrough(), { isTTY });
  const [stdin, stdout, stderr] = [stream(), stream(), stream()];
  stdin.end(typed);
  const exitCode = await main(words, { stdin, stdout, stderr, env, cwd: () => folder });
  stdout.end();
  stderr.end();
  return { exitCode, stdout: await text(stdout), stderr: await text(stderr) };
}

it("makes a package that bears the connector's name everywhere", async () => {
  const folder = inFolder();
  const { exitCode, stdout } = await create(folder, ["deep-blue", "--flavour", "ndjson"]);
  expect(exitCode).toBe(0);
  const made = join(folder, "arbitex-connector-deep-blue");
  const files = readdirSync(made, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    expect(readFileSync(join(parentPath, name), "utf8"), name).not.toMatch(/acme/i);
    expect(stdout).toContain(name);
  }
  expect(files.map(({ name }) => name)).toEqual(
    expect.arrayContaining([".gitignore", "LICENSE", "ci.yml", "README.md"]),
  );
});

it("asks for what is missing, and again for what makes no sense", async () => {
  const folder = inFolder();
  const { exitCode, stdout } = await create(folder, [], { typed: "No Name\ndeep-blue\nsmoke\n3\n" });
  expect(stdout).toMatch(/"No Name" is no name/);
  expect(stdout).toMatch(/"smoke" is none/);
  expect(exitCode).toBe(0);
  expect(readFileSync(join(folder, "arbitex-connector-deep-blue/src/index.ts"), "utf8")).toContain("tcpSink");
});

it("makes nothing when the answers end", async () => {
  const folder = inFolder();
  expect(await create(folder, ["deep-blue"], { typed: "" })).toMatchObject({ exitCode: 2 });
  expect(readdirSync(folder)).toEqual([]);
});

it.each([
  [["deep-blue"], "--flavour http-json|ndjson|tls-lines is missing, and there is no terminal"],
  [[], "a NAME and --flavour"],
  [["Deep", "--flavour", "ndjson"], '"Deep" is no name'],
  [["deep-blue", "--flavour", "smoke"], 'no flavour "smoke". There are: http-json, ndjson, tls-lines'],
  [["deep-blue", "again", "--flavour", "ndjson"], '"again" is too much'],
  [["deep-blue", "--flavor", "ndjson"], "'--flavor'"],
])("refuses %j with what to do, and makes nothing", async (words, message) => {
  const folder = inFolder();
  const { exitCode, stderr } = await create(folder, words);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(readdirSync(folder)).toEqual([]);
});

it("sees that npm has kept the flavour", async () => {
  const words = ["deep-blue"];
  const { exitCode, stderr } = await create(inFolder(), words, { env: { npm_config_flavour: "ndjson" } });
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining("write -- before it")]);
});

it("touches no folder that holds something, and no file of that name", async () => {
  const folder = inFolder();
  const words = ["deep-blue", "--flavour", "ndjson"];
  const target = join(folder, "arbitex-connector-deep-blue");
  writeFileSync(target, "mine");
  expect(await create(folder, words)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("is a file") });
  rmSync(target);
  mkdirSync(target);
  writeFileSync(join(target, "notes.txt"), "mine");
  expect(await create(folder, words)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("is not empty") });
  expect(readdirSync(target)).toEqual(["notes.txt"]);
  rmSync(target, { recursive: true });
  symlinkSync(join(folder, "gone"), target);
  expect(await create(folder, words)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("leads nowhere") });
});

it("is coloured on a terminal alone, and not where NO_COLOR asks for none", async () => {
  const words = ["deep-blue", "--flavour", "ndjson"];
  const typed = "";
  expect((await create(inFolder(), words, { typed })).stdout).toContain("\u001b[");
  expect((await create(inFolder(), words, { typed, env: { NO_COLOR: "1" } })).stdout).not.toContain("\u001b[");
  expect((await create(inFolder(), words)).stdout).not.toContain("\u001b[");
});

it("helps", async () => {
  const { exitCode, stdout } = await create(inFolder(), ["--help"]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/tls-lines +lines of JSON over TLS/);
});
