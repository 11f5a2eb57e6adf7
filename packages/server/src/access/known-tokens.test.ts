import { silentLogger } from "@arbitex/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../../core/test/fake-clock.ts";
import type { KnownTokens } from "./known-tokens.ts";
import { openKnownTokens } from "./known-tokens.ts";
import type { ActiveToken } from "./token-store.ts";
import { hashOfToken } from "./token-store.ts";

const clock = createFakeClock();
let rows: ActiveToken[];
let isAway: boolean;
let noted: ReadonlyMap<string, Date>[];
let tell: () => void;
let tokens: KnownTokens;

function token(text: string, changes: Partial<ActiveToken> = {}): ActiveToken {
  return {
    id: text,
    name: `name of ${text}`,
    scope: { kind: "admin" },
    hash: hashOfToken(text),
    expiresAt: null,
    ...changes,
  };
}

beforeEach(async () => {
  rows = [token("siem_a"), token("siem_b", { expiresAt: new Date(clock.now() + 1000) })];
  isAway = false;
  noted = [];
  tokens = await openKnownTokens({
    clock,
    logger: silentLogger,
    store: {
      async active() {
        if (isAway) throw new Error("connection refused");
        return [...rows];
      },
      watch(onChange) {
        tell = () => onChange(undefined);
      },
      async noteUses(uses) {
        noted.push(uses);
      },
    },
  });
});
afterEach(() => tokens.close());

describe("known tokens", () => {
  it("says whose a token is, without asking the database", async () => {
    isAway = true;
    expect(await tokens.authenticate("siem_a")).toMatchObject({
      name: "name of siem_a",
      scopes: [{ kind: "admin" }],
    });
    expect(await tokens.authenticate("siem_c")).toBeUndefined();
  });

  it("refuses one from the moment it expires", async () => {
    expect(await tokens.authenticate("siem_b")).toBeDefined();
    await clock.advance(1000);
    expect(await tokens.authenticate("siem_b")).toBeUndefined();
  });

  it("learns of tokens that were revoked or made", async () => {
    rows = [token("siem_c", { scope: { kind: "ingest" } })];
    expect(tokens.hasIngest()).toBe(false);
    tell();
    await expect.poll(() => tokens.authenticate("siem_a")).toBeUndefined();
    expect(await tokens.authenticate("siem_c")).toBeDefined();
    expect(tokens.hasIngest()).toBe(true);
  });

  it("goes on with what it knows while the database is away, and learns when it is back", async () => {
    isAway = true;
    rows = [];
    tell();
    await new Promise(setImmediate);
    expect(await tokens.authenticate("siem_a")).toBeDefined();
    isAway = false;
    tell();
    await expect.poll(() => tokens.authenticate("siem_a")).toBeUndefined();
  });

  it("writes down now and then, and at the end, when tokens were used", async () => {
    await tokens.authenticate("siem_a");
    await clock.advance(60_000);
    expect(noted.map((uses) => [...uses.keys()])).toEqual([["siem_a"]]);
    await tokens.authenticate("siem_a");
    await tokens.close();
    expect(noted).toHaveLength(2);
  });
});
