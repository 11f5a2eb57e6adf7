import fs from "node:fs";
import files from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

export interface DiskShim {
  become(state: DiskState): void;
}

export type DiskState = "well" | "full" | "sync";

/** So much still fits when the disk is called full: a write breaks off half-way, as on a real one. */
const FREE_BYTES = 700;

/** Lets writes of this process fail as on a full disk, or their syncing as on a broken one. Reading always works. */
export async function createDiskShim(): Promise<DiskShim> {
  let state: DiskState = "well";
  let free = FREE_BYTES;
  const disk: Disk = {
    allowed(bytes) {
      if (state !== "full") return bytes;
      const fitting = Math.min(free, bytes);
      free -= fitting;
      return fitting;
    },
    refusesSync: () => state === "sync",
  };
  patchDescriptors(disk);
  await patchHandles(disk);
  syncBuiltinESMExports();
  return {
    become(next) {
      if (next === "full" && state !== "full") free = FREE_BYTES;
      state = next;
    },
  };
}

interface Disk {
  /** How much of so many bytes may be written. */
  readonly allowed: (bytes: number) => number;
  readonly refusesSync: () => boolean;
}

/** `fs.write(descriptor, bytes, offset, length, position, callback)` and the three ways of syncing. */
function patchDescriptors({ allowed, refusesSync }: Disk): void {
  const synced = patchOpening();
  replace(fs, "write", (original) => (self, given) => {
    const [descriptor, , , length] = given;
    if (typeof length !== "number") throw new TypeError("this form of fs.write is not expected");
    const fitting = allowed(length);
    if (fitting === 0 && length > 0) return fail(given, noSpace());
    // A write that is a sync as well fails as a sync does: the bytes may be there, and nothing is known of them.
    const isRefused = refusesSync() && synced.has(descriptor);
    return original(self, (isRefused ? failing(given, inputOutputError()) : given).with(3, fitting));
  });
  for (const name of ["fsync", "fdatasync"]) {
    replace(fs, name, (original) => (self, given) => {
      return refusesSync() ? fail(given, inputOutputError()) : original(self, given);
    });
  }
}

/** The descriptors that are open for writes that are synced by themselves. */
function patchOpening(): ReadonlySet<unknown> {
  const { O_DSYNC } = fs.constants;
  const synced = new Set<unknown>();
  replace(fs, "open", (original) => (self, given) => {
    const [, flags] = given;
    const callback = given.at(-1);
    if (typeof flags !== "number" || (flags & O_DSYNC) === 0 || typeof callback !== "function")
      return original(self, given);
    const noting = (error: unknown, descriptor: unknown) => {
      if (error === null) synced.add(descriptor);
      Reflect.apply(callback, undefined, [error, descriptor]);
    };
    return original(self, [...given.slice(0, -1), noting]);
  });
  replace(fs, "close", (original) => (self, given) => {
    synced.delete(given[0]);
    return original(self, given);
  });
  return synced;
}

async function patchHandles({ allowed, refusesSync }: Disk): Promise<void> {
  const handle = await files.open(process.execPath, "r");
  const prototype: unknown = Object.getPrototypeOf(handle);
  await handle.close();
  if (typeof prototype !== "object" || prototype === null) throw new TypeError("file handles have no methods");

  replace(prototype, "appendFile", (original) => async (self, [given]) => {
    const bytes = given instanceof Uint8Array ? given : Buffer.from(String(given));
    const fitting = allowed(bytes.length);
    if (fitting > 0) await original(self, [bytes.subarray(0, fitting)]);
    if (fitting < bytes.length) throw noSpace();
  });
  for (const name of ["sync", "datasync"]) {
    replace(prototype, name, (original) => async (self, given) => {
      if (refusesSync()) throw inputOutputError();
      await original(self, given);
    });
  }
}

type Call = (self: unknown, given: readonly unknown[]) => unknown;

function replace(owner: object, name: string, around: (original: Call) => Call): void {
  const original: unknown = Reflect.get(owner, name);
  if (typeof original !== "function") throw new TypeError(`there is no ${name} to replace`);
  const call = around((self, given) => Reflect.apply(original, self, given));
  Reflect.set(owner, name, function replaced(this: unknown, ...given: unknown[]) {
    return call(this, given);
  });
}

/** The same call, whose callback is told of a failure whatever came of it. */
function failing(given: readonly unknown[], error: Error): readonly unknown[] {
  const callback = given.at(-1);
  if (typeof callback !== "function") return given;
  return [...given.slice(0, -1), () => void Reflect.apply(callback, undefined, [error])];
}

function fail(given: readonly unknown[], error: Error): void {
  const callback = given.at(-1);
  if (typeof callback === "function") process.nextTick(() => void Reflect.apply(callback, undefined, [error]));
}

function noSpace(): Error {
  return Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" });
}

function inputOutputError(): Error {
  return Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO", syscall: "fsync" });
}
