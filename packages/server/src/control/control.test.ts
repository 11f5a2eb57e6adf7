import { mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askControl } from "./ask-control.ts";
import { controlPathOf } from "./control-path.ts";
import type { ControlServer } from "./control-server.ts";
import { openControl } from "./control-server.ts";

let folder: string;
let path: string;
let control: ControlServer | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "control-"));
  path = join(folder, "control.sock");
});
afterEach(async () => {
  await control?.close();
  control = undefined;
  await rm(folder, { recursive: true });
});

const said: string[] = [];
const note = (facts: object) => void said.push(JSON.stringify(facts));
const logger = { debug: note, info: note, warn: note, error: note, child: () => logger };
const routes = {
  "GET /status": async (query: URLSearchParams) => ({ id: query.get("id") }),
  "POST /reload": async () => Promise.reject(new Error("the file is gone")),
};
const ask = (route: string, method: "GET" | "POST" = "GET") => askControl({ path, method, route });

describe("the control socket", () => {
  it("answers whoever owns it, and is open to nobody else, whatever the umask", async () => {
    const umask = process.umask(0);
    try {
      control = await openControl({ path, routes, logger });
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(process.umask()).toBe(0);
    } finally {
      process.umask(umask);
    }
    expect(await ask("/status?id=soc")).toEqual({ id: "soc" });
  });

  it("tells what went wrong at the server, and what it does not know", async () => {
    control = await openControl({ path, routes, logger });
    await expect(ask("/reload", "POST")).rejects.toThrow("the file is gone");
    await expect(ask("/top")).rejects.toThrow("of another release");
  });

  it("takes the place of one that a killed process has left", async () => {
    await writeFile(path, "");
    control = await openControl({ path, routes, logger });
    expect(await ask("/status?id=a")).toEqual({ id: "a" });
  });

  it("leaves another server's alone, and says so", async () => {
    control = await openControl({ path, routes, logger });
    const second = await openControl({ path, routes: {}, logger });
    expect(said.at(-1)).toContain("another server answers there");
    await second.close();
    expect(await ask("/status?id=a")).toEqual({ id: "a" });
  });

  it("is gone once it is closed, and a command is told that no server runs", async () => {
    control = await openControl({ path, routes, logger });
    await control.close();
    await expect(ask("/status")).rejects.toThrow("no server runs with this configuration");
  });

  it("tells a command that the last server was killed", async () => {
    const killed = createServer().listen(path);
    await new Promise((resolve) => killed.once("listening", resolve));
    // The file stays, as after SIGKILL: closing would remove it.
    const other = join(folder, "other.sock");
    await rename(path, other);
    await new Promise((resolve) => killed.close(resolve));
    await rename(other, path);
    await expect(ask("/status")).rejects.toThrow("the last one was killed");
  });

  it("is done without where its path is too long, with a way out", async () => {
    const long = join(folder, "x".repeat(120), "control.sock");
    await (await openControl({ path: long, routes, logger })).close();
    expect(said.at(-1)).toContain("SIEM_CONTROL_PATH");
    await expect(askControl({ path: long, method: "GET", route: "/status" })).rejects.toThrow("SIEM_CONTROL_PATH");
  });
});

it("where no server listens is named in full: its folder tells that of the server from another", async () => {
  const absent = join(process.cwd(), "absent", "control.sock");
  await expect(askControl({ path: absent, method: "GET", route: "/status" })).rejects.toThrow(absent);
});

describe("its place", () => {
  it("is the queue's folder, or what was named; with a queue in memory there is none unless one is named", () => {
    const disk = { store: undefined, path: "queue" };
    const memory = { store: "memory", path: "queue" } as const;
    const kafka = { store: "kafka", path: "queue" } as const;
    expect(controlPathOf({ queue: kafka, controlPath: undefined }, "/srv/siem")).toBeUndefined();
    expect(controlPathOf({ queue: disk, controlPath: undefined }, "/srv/siem")).toBe("/srv/siem/queue/control.sock");
    expect(controlPathOf({ queue: disk, controlPath: "/run/siem.sock" }, "/srv/siem")).toBe("/run/siem.sock");
    expect(controlPathOf({ queue: memory, controlPath: undefined }, "/srv/siem")).toBeUndefined();
    expect(controlPathOf({ queue: memory, controlPath: "siem.sock" }, "/srv/siem")).toBe("/srv/siem/siem.sock");
  });
});
