import type { LookupFunction } from "node:net";
import { describe, expect, it } from "vitest";
import { createLookupTurns } from "./lookup-turns.ts";

/** Answers when it is told to. */
function createResolver() {
  const underWay: { readonly host: string; readonly answer: () => void }[] = [];
  const lookup: LookupFunction = (host, _options, callback) => {
    underWay.push({ host, answer: () => callback(null, [{ address: "192.0.2.1", family: 4 }]) });
  };
  return { lookup, hosts: () => underWay.map(({ host }) => host), answerNext: () => underWay.shift()?.answer() };
}

describe("look-ups of names", () => {
  it("go on one at a time for an organisation, whatever others do", () => {
    const resolver = createResolver();
    const turnsOf = createLookupTurns();
    const found: string[] = [];
    const ask = (orgId: string | null, host: string) =>
      turnsOf(orgId)(resolver.lookup)(host, { all: true }, (error) => found.push(error?.message ?? host));
    for (const host of ["a1", "a2", "a3"]) ask("a", host);
    ask("b", "b1");
    for (const host of ["global1", "global2"]) ask(null, host);
    expect(resolver.hosts()).toEqual(["a1", "b1", "global1", "global2"]);
    resolver.answerNext();
    expect(found).toEqual(["a1"]);
    expect(resolver.hosts()).toEqual(["b1", "global1", "global2", "a2"]);
    for (let left = 5; left > 0; left--) resolver.answerNext();
    expect(found).toEqual(["a1", "b1", "global1", "global2", "a2", "a3"]);
    ask("a", "a4");
    expect(resolver.hosts()).toEqual(["a4"]);
  });

  it("are refused where too many wait", () => {
    const resolver = createResolver();
    const turns = createLookupTurns(1)("a")(resolver.lookup);
    const failures: (string | undefined)[] = [];
    for (const host of ["one", "two", "three"]) turns(host, { all: true }, (error) => failures.push(error?.code));
    expect(failures).toEqual(["EAI_AGAIN"]);
    resolver.answerNext();
    resolver.answerNext();
    expect(failures).toEqual(["EAI_AGAIN", undefined, undefined]);
  });
});
