import fs from "node:fs";
import files from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

export interface DiskShim {
  become(state: DiskState): void;
}

export type DiskState = "well" | "full" | "sync";

/** So much still fits when the disk is called full: a write breaks off half-way, as on a real one. */
const ROOM_BYTES = 700;

/** Lets writes of this process fail as on a full disk, or their syncing as on a broken one. Reading always works. */
export async function createDiskShim(): Promise<DiskShim> {
  let state: DiskState = "well";
  let room = ROOM_BYTES;
  const disk: Disk = {
    allowed(bytes) {
      if (state !== "full") return bytes;
      const fitting = Math.min(room, bytes);
      room -= fitting;
      return fitting;
    },
    refusesSync: () => state === "sync",
  };
  patchDescriptors(disk);
  await patchHandles(disk);
  syncBuiltinESMExports();
  return {
    become(next) {
      if (next === "full" && state !== "full") room = ROOM_BYTES;
      state = next;
    },
  };
}

interface Disk {
  /** How much of so many bytes may be written. */
  readonly allowed: (bytes: number) => number;
  readonly refusesSync: () => boolean;
}

/** `fs.write(descriptor, bytes, offset, length, position, callback)` and the two ways of syncing. */
function patchDescriptors({ allowed, refusesSync }: Disk): void {
  replace(fs, "write", (original) => (self, given) => {
    const [, , , length] = given;
    if (typeof length !== "number") throw new TypeError("this form of fs.write is not expected");
    const fitting = allowed(length);
    if (fitting === 0 && length > 0) return fail(given, noSpace());
    return original(self, given.with(3, fitting));
  });
  for (const name of ["fsync", "fdatasync"]) {
    replace(fs, name, (original) => (self, given) => {
      return refusesSync() ? fail(given, inputOutputError()) : original(self, given);
    });
  }
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
