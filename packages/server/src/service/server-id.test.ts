import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { serverIdOf } from "./server-id.ts";

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "server-id-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

it("a server is the same after a restart on the same queue, and nobody else reads its file", async () => {
  const folder = await newFolder();
  const first = await serverIdOf(folder);
  expect(await serverIdOf(folder)).toEqual(first);
  expect((await stat(join(folder, "server-id"))).mode & 0o777).toBe(0o600);
  expect(await serverIdOf(await newFolder())).not.toEqual(first);
});

it("a file that a crash left empty is made anew", async () => {
  const folder = await newFolder();
  await writeFile(join(folder, "server-id"), "");
  const made = await serverIdOf(folder);
  expect(made).toMatchObject({ id: expect.stringMatching(/^[\da-f-]{36}$/), isLasting: true });
  expect(await serverIdOf(folder)).toEqual(made);
});

it("a server whose queue is in memory is another one each time", async () => {
  const [one, two] = [await serverIdOf(undefined), await serverIdOf(undefined)];
  expect([one.isLasting, one.id === two.id]).toEqual([false, false]);
});
