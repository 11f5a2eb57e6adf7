import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../../../test/fake-clock.ts";
import { systemClock } from "../../../clock.ts";
import { SiemError } from "../../../errors.ts";
import { liveHolder, lockFolder } from "./folder-lock.ts";
import { thisProcess } from "../../../files/process-identity.ts";

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
  it.skipIf(process.platform !== "linux")(
    "is not kept by a process that has ended and is only still listed",
    async () => {
      // It never asks how its child ended, as a container's first process that is no init.
      const parent = spawn("sh", ["-c", "sleep 0.1 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
      const [said] = await once(parent.stdout, "data");
      const stat = `/proc/${String(said).trim()}/stat`;
      const fields = async () => (await readFile(stat, "utf8")).split(") ")[1]?.split(" ") ?? [];
      await expect.poll(async () => (await fields())[0]).toBe("Z");
      await leaveLock({ pid: Number(said), startedAt: (await fields())[19] });
      expect(await liveHolder(folder)).toBeUndefined();
      await (await lockFolder({ folder, clock })).release();
      parent.kill("SIGKILL");
    },
  );

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

  it("tells a holder that another process has the folder", async () => {
    const fake = createFakeClock();
    const losses: string[] = [];
    const lock = await lockFolder({ folder, clock: fake, onLost: () => losses.push("lost") });
    await leaveLock({ pid: 1 });
    while (losses.length === 0) await fake.advance(1000);
    await lock.release();
    expect(await readdir(folder)).toEqual(["lock"]);
  });

  it("is confirmed by a look at it: not once another has it, however short ago the last beat was", async () => {
    const losses: string[] = [];
    const lock = await lockFolder({ folder, clock: createFakeClock(), onLost: () => losses.push("lost") });
    await lock.confirm();
    await rename(join(folder, "lock"), join(folder, "lock.old"));
    await leaveLock({ host: "another-machine" });
    expect(lock.isFresh()).toBe(true);
    await expect(lock.confirm()).rejects.toMatchObject({ code: "SIEM_QUEUE_LOCKED" });
    await expect(lock.confirm()).rejects.toMatchObject({ code: "SIEM_QUEUE_LOCKED" });
    expect(losses).toEqual(["lost"]);
    await lock.release();
    expect(JSON.parse(await readFile(join(folder, "lock"), "utf8"))).toMatchObject({ host: "another-machine" });
  });

  it("is made anew when a person has removed it, but not by one that stood still meanwhile, by either clock", async () => {
    for (const clocks of [{ now: 60_000 }, { now: -60_000 }, { elapsed: 60_000 }]) {
      const fake = createFakeClock();
      const passed = { now: 0, elapsed: 0 };
      const lock = await lockFolder({
        folder,
        clock: { ...fake, now: () => fake.now() + passed.now, elapsed: () => fake.elapsed() + passed.elapsed },
      });
      await rm(join(folder, "lock"));
      await lock.confirm();
      expect(await liveHolder(folder)).toMatchObject({ pid: process.pid });
      await rm(join(folder, "lock"));
      Object.assign(passed, clocks);
      await expect(lock.confirm()).rejects.toMatchObject({ code: "SIEM_QUEUE_LOCKED" });
      await lock.release();
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it("is still held after a jump of the machine's clock, once it has been looked at", async () => {
    const fake = createFakeClock();
    const lock = await lockFolder({ folder, clock: fake });
    fake.jump(86_400_000);
    expect(lock.isFresh()).toBe(false);
    await lock.confirm();
    expect(lock.isFresh()).toBe(true);
    await lock.release();
  });

  it("cannot be confirmed while its folder is away, and can when it is back", async () => {
    const fake = createFakeClock();
    const lock = await lockFolder({ folder, clock: fake });
    await rename(folder, `${folder}.away`);
    await expect(lock.confirm()).rejects.toMatchObject({ code: "ENOENT" });
    fake.jump(60_000);
    await expect(lock.confirm()).rejects.toMatchObject({ code: "ENOENT" });
    await rename(`${folder}.away`, folder);
    await lock.confirm();
    await lock.release();
  });

  it("does not come back after its release, whenever that is", async () => {
    for (let ms = 900; ms < 1100; ms += 20) {
      const fake = createFakeClock();
      const lock = await lockFolder({ folder, clock: fake });
      const beating = fake.advance(ms);
      await lock.release();
      await beating;
      await fake.advance(10_000);
      expect(await readdir(folder)).toEqual([]);
    }
  });
});
