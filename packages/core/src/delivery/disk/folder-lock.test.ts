import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../../test/fake-clock.ts";
import { systemClock } from "../clock.ts";
import { SiemError } from "../../errors.ts";
import { liveHolder, lockFolder } from "./folder-lock.ts";
import { thisProcess } from "./process-identity.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lock-"));
});
afterEach(() => rm(folder, { recursive: true }));

const clock = systemClock;

async function leaveLock(of: object): Promise<void> {
  await writeFile(join(folder, "lock"), JSON.stringify({ ...(await thisProcess()), ...of }));
}

function databaseInUse(path: string, holder: string): SiemError {
  return new SiemError("SIEM_DATABASE_LOCKED", `${path}: ${holder}`);
}

describe("the lock of a queue folder", () => {
  it("keeps a second store out and names the process that has it", async () => {
    const lock = await lockFolder({ folder, clock });
    await expect(lockFolder({ folder, clock })).rejects.toMatchObject({
      code: "SIEM_QUEUE_LOCKED",
      message: expect.stringContaining(`process ${process.pid} `),
    });
    expect(await liveHolder(folder)).toMatchObject({ pid: process.pid });
    await lock.release();
    expect(await liveHolder(folder)).toBeUndefined();
    await (await lockFolder({ folder, clock })).release();
  });

  it("is taken over from a process that has died", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(child, "spawn");
    await leaveLock({ pid: child.pid });
    child.kill("SIGKILL");
    await once(child, "exit");
    const lock = await lockFolder({ folder, clock });
    expect(JSON.parse(await readFile(join(folder, "lock"), "utf8"))).toEqual(await thisProcess());
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it("is taken over when its number belongs to another process by now", async () => {
    await leaveLock({ startedAt: "1" });
    await (await lockFolder({ folder, clock })).release();
  });

  it.each(["", JSON.stringify({ pid: 1, host: "another-machine", space: "", startedAt: "1" })])(
    "is watched for a while when its holder cannot be asked: %s",
    async (content) => {
      await writeFile(join(folder, "lock"), content);
      const fake = createFakeClock();
      const taking = lockFolder({ folder, clock: fake });
      while (fake.timers === 0) await fake.advance(0);
      await fake.advance(60_000);
      await (await taking).release();
    },
  );

  it("is not taken from a holder elsewhere that moves", async () => {
    await leaveLock({ host: "another-machine" });
    const fake = createFakeClock();
    const taking = lockFolder({ folder, clock: fake });
    const refusal = taking.catch((error: unknown) => error);
    while (fake.timers === 0) await fake.advance(0);
    await leaveLock({ host: "another-machine" });
    await fake.advance(60_000);
    expect(await refusal).toMatchObject({ code: "SIEM_QUEUE_LOCKED" });
  });

  it("says in its own words what is in use", async () => {
    const lock = await lockFolder({ folder, clock });
    await expect(lockFolder({ folder, clock, inUse: databaseInUse })).rejects.toMatchObject({
      code: "SIEM_DATABASE_LOCKED",
      message: expect.stringContaining(`lock: process ${process.pid} on `),
    });
    await lock.release();
  });

  it("tells a holder that somebody else has the folder", async () => {
    const fake = createFakeClock();
    const losses: string[] = [];
    const lock = await lockFolder({ folder, clock: fake, onLost: () => losses.push("lost") });
    await leaveLock({ pid: 1 });
    while (losses.length === 0) await fake.advance(1000);
    await lock.release();
    expect(await readdir(folder)).toEqual(["lock"]);
  });
});
