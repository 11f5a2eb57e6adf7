import { lookup } from "node:dns/promises";
import type { EgressGuard } from "./guard/guard.ts";

/** Resolves a host to its addresses in dialling order. All of them pass the guard. */
export async function addressesOf(host: string, guard: EgressGuard | undefined): Promise<readonly string[]> {
  if (guard === undefined) return (await lookup(host, { all: true })).map(({ address }) => address);
  return new Promise((resolve, reject) => {
    guard.lookup(host, { all: true }, (error, found) => {
      if (error !== null) reject(error);
      else resolve(typeof found === "string" ? [found] : found.map(({ address }) => address));
    });
  });
}
