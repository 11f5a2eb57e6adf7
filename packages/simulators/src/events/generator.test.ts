import { validateText } from "@arbitex/core/ocsf";
import { describe, expect, it } from "vitest";
import { createEventGenerator } from "./generator.ts";

const take = (count: number, options: Partial<Parameters<typeof createEventGenerator>[0]> = {}) => {
  const generator = createEventGenerator({ seed: 42, ...options });
  return Array.from({ length: count }, () => generator.next());
};

describe("the generator", () => {
  it("gives the same events for the same seed, and others for another", () => {
    expect(take(50)).toEqual(take(50));
    expect(take(50)).not.toEqual(take(50, { seed: 43 }));
  });

  it("gives events that the OCSF 1.1 schema with the extension takes, with no warning but that 2001 is deprecated", () => {
    const codes = new Set<string>();
    for (const event of take(2000)) {
      const { errors, warnings } = validateText(JSON.stringify(event), { schema: "extended" });
      expect(errors).toEqual([]);
      for (const { code } of warnings) codes.add(`${String(event["class_uid"])} ${code}`);
    }
    expect([...codes].toSorted()).toEqual(["2001 class_deprecated", "2001 object_deprecated"]);
  });

  it("gives about 1.2 KB an event, in the four classes", () => {
    const events = take(5000);
    const bytes = events.reduce((total, event) => total + Buffer.byteLength(JSON.stringify(event)), 0);
    expect(bytes / events.length).toBeGreaterThan(1100);
    expect(bytes / events.length).toBeLessThan(1300);
    const share = (uid: number) => events.filter((event) => event["class_uid"] === uid).length / events.length;
    expect(share(6003)).toBeCloseTo(0.84, 1);
    expect([share(2001), share(3002), share(3001)].every((part) => part > 0.01 && part < 0.1)).toBe(true);
  });

  it("carries every field that the platform documents", () => {
    for (const event of take(500)) {
      expect(event).toMatchObject({
        class_name: expect.any(String),
        category_name: expect.any(String),
        activity_name: expect.any(String),
        severity: expect.any(String),
        status: expect.any(String),
        time: expect.any(Number),
        message: expect.any(String),
        metadata: { version: "1.1.0", product: { name: "Arbitex" } },
        actor: {
          user: { uid: expect.any(String), email_addr: expect.any(String), name: expect.any(String) },
          org: { uid: expect.any(String), name: expect.any(String) },
        },
        src_endpoint: {
          ip: expect.any(String),
          location: {
            country: expect.stringMatching(/^[A-Z]{2}$/),
            city: expect.any(String),
            lat: expect.any(Number),
            long: expect.any(Number),
          },
          is_anonymous: expect.any(Boolean),
        },
      });
    }
  });

  it("gives each event an id in the form of a UUIDv7 and a later time", () => {
    const events = take(5000, { startTime: 1_000_000_000_000 });
    const ids = events.map(({ metadata }) => Object(metadata).uid as unknown);
    expect(new Set(ids).size).toBe(events.length);
    expect(ids.every((id) => /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(String(id)))).toBe(
      true,
    );
    const times = events.map(({ time }) => Number(time));
    expect(times[0]).toBe(1_000_000_000_000);
    expect(times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0))).toBe(true);
  });

  it("takes the organisations that it is given", () => {
    const orgIds = ["org-a", "org-b"];
    const found = new Set(take(200, { orgIds }).map(({ actor }) => Object(actor).org.uid as unknown));
    expect(found).toEqual(new Set(orgIds));
  });

  it("writes some text in more than one byte a character", () => {
    const json = take(50).map((event) => JSON.stringify(event));
    expect(json.some((text) => Buffer.byteLength(text) > text.length)).toBe(true);
  });
});
