import { describe, expect, it } from "vitest";
import { createUuidv7Source, uuidv7 } from "./uuidv7.ts";

describe("uuidv7", () => {
  it("writes time, version, variant and the random bytes where RFC 9562 has them", () => {
    // The example of RFC 9562, appendix A.6.
    const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
    expect(uuidv7(0x017f22e279b0, random)).toBe("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  });
});

describe("createUuidv7Source", () => {
  it("makes distinct ids that sort by time", () => {
    let time = 1_700_000_000_000;
    const next = createUuidv7Source({ now: () => (time += 1) });
    const made = Array.from({ length: 1000 }, () => next());
    expect(new Set(made).size).toBe(1000);
    expect([...made].toSorted()).toEqual(made);
    expect(made.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(
      true,
    );
  });

  it("draws from the randomness it is given", () => {
    const next = createUuidv7Source({ now: () => 0, random: (bytes) => bytes.fill(0xff) });
    expect(next()).toBe("00000000-0000-7fff-bfff-ffffffffffff");
  });
});
