import { describe, expect, it } from "vitest";
import { parseMessage } from "../test/parse-message.ts";
import { bare, recordOf } from "../test/record-of.ts";
import { createEncoder } from "@arbitex/core/syslog";

const rich = {
  ...bare,
  message: "m".repeat(1000),
  actor: { user: { uid: "u1", email_addr: "a@b.c" } },
  http_request: { user_agent: "agent", url: { url_string: "/x" } },
  unmapped: { model_id: "漢".repeat(600), framework: "\\=".repeat(300), matched_rule_id: "r".repeat(300) },
  category_name: "c".repeat(500),
};
const limits = [8192, 4500, 4200, 3500, 3000, 2048, 700, 180, 165];

function shortenedTo(maxMessageBytes: number) {
  let shortened = 0;
  const encode = createEncoder({
    format: "cef",
    header: "rfc5424",
    framing: "lf",
    host: "gw",
    maxMessageBytes,
    onShortened: () => void shortened++,
  });
  const message = encode(recordOf(rich)).trimEnd();
  return { message, shortened, values: parseMessage(message).values };
}

describe("a message that is too long", () => {
  it("fits after it was shortened, and uses the space it has", () => {
    for (const limit of limits) {
      const { message, shortened } = shortenedTo(limit);
      expect(Buffer.byteLength(message)).toBeLessThanOrEqual(limit);
      expect(shortened).toBe(limit === 8192 ? 0 : 1);
    }
  });

  it("loses its text first, then custom fields from the last on, then optional fields, and its essence last", () => {
    const seen = limits.map((limit) => {
      const { values } = shortenedTo(limit);
      const lengths = ["msg", "cs6", "cs2", "cs1", "deviceFacility", "request", "suser"].map(
        (key) => values[key]?.length ?? 0,
      );
      return lengths.join(" ");
    });
    expect(seen).toEqual([
      "1000 600 300 600 500 2 5",
      "387 600 300 600 500 2 5",
      "87 600 300 600 500 2 5",
      "0 296 300 600 500 2 5",
      "0 46 300 600 500 2 5",
      "0 0 0 428 500 2 5",
      "0 0 0 0 0 2 5",
      "0 0 0 0 0 0 5",
      "0 0 0 0 0 0 0",
    ]);
  });

  it("ends no value in half an escape or half a character", () => {
    for (let limit = 240; limit < 4500; limit += 17) {
      const { values } = shortenedTo(limit);
      expect(values["cs6"] ?? "").toMatch(/^(?:\\=)*\\?$/);
      expect(values["cs1"] ?? "").toMatch(/^漢*$/);
    }
  });
});
