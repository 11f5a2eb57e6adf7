import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: unknown;

/** Frees what nothing refers to, so that memory can be compared. */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc");
  }
  if (typeof collect !== "function") throw new Error("this Node has no collector to call");
  collect();
  collect();
}
