// Imports one module in a process of its own, and says what that changed: node import-probe.js MODULE
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { ImportReport } from "./import-alone.ts";

const SHARED = { Object, Array, String, Number, Promise, Map, Set, Function, Date, RegExp, JSON, Math, console };

const ACCESSOR = Symbol("accessor");

const [module = ""] = process.argv.slice(2);
await importPeers();
process.send?.("ready");
const before = look();
let error: string | undefined;
try {
  await import(pathToFileURL(module).href);
} catch (cause) {
  error = String(cause);
}
const after = look();
const report: ImportReport = {
  ...(error !== undefined && { error }),
  globals: changed(before.globals, after.globals),
  listeners: changed(before.listeners, after.listeners),
  variables: changed(before.variables, after.variables),
};
process.send?.(report);

/** Peers are imported first, because they may define globals of their own. */
async function importPeers(): Promise<void> {
  const { resolve } = createRequire(module);
  for (const peer of ["@arbitex/core", "zod"]) {
    try {
      await import(pathToFileURL(resolve(peer)).href);
    } catch {
      // The import of the module itself reports it.
    }
  }
}

interface Look {
  readonly globals: ReadonlyMap<string, unknown>;
  readonly listeners: ReadonlyMap<string, unknown>;
  readonly variables: ReadonlyMap<string, unknown>;
}

function look(): Look {
  const names = process.eventNames().filter((name) => typeof name === "string");
  return {
    globals: new Map([...membersOf("globalThis", globalThis), ...Object.entries(SHARED).flatMap(membersOfBoth)]),
    listeners: new Map(names.map((name) => [name, process.listenerCount(name)])),
    variables: new Map(Object.entries(process.env)),
  };
}

function membersOfBoth([name, value]: [string, object]): [string, unknown][] {
  const prototype: unknown = Reflect.get(value, "prototype");
  const isClass = typeof prototype === "object" && prototype !== null;
  return [...membersOf(name, value), ...(isClass ? membersOf(`${name}.prototype`, prototype) : [])];
}

/** Leaves out accessors: Node loads many of its globals on first use and then replaces the accessor. */
function membersOf(name: string, value: object): [string, unknown][] {
  return Object.entries(Object.getOwnPropertyDescriptors(value)).flatMap(([key, descriptor]) =>
    descriptor.get === undefined ? [[`${name}.${key}`, descriptor.value]] : [[`${name}.${key}`, ACCESSOR]],
  );
}

function changed(one: ReadonlyMap<string, unknown>, two: ReadonlyMap<string, unknown>): string[] {
  return [...two.keys()].filter(
    (key) => !one.has(key) || (one.get(key) !== ACCESSOR && !Object.is(one.get(key), two.get(key))),
  );
}
