import { describe, expect, it } from "vitest";
import { alike } from "./group-dead-letters.ts";

describe("reasons that differ in numbers and ids alone", () => {
  it.each([
    ["HTTP 400: field 17 of 20 is bad", "HTTP 400: field # of # is bad"],
    ["event 0192f0a1-7b1c-7c3e-9b58-6a1f0c0de00a refused", "event # refused"],
    ["document AZpT8sJ0bQ1Zx9YyWw2k exists", "document # exists"],
    ["1,048,577 bytes, the limit is 1048576", "# bytes, the limit is #"],
    ["took 3.5 s at 10.0.0.1:8088", "took # s at #"],
  ])("%s is like %s", (reason, like) => expect(alike(reason)).toBe(like));

  it.each(["HTTP 400", "HTTP 403: denied", "field src_ip4 is missing", "utf8 expected"])(
    "%s stays as it is",
    (reason) => expect(alike(reason)).toBe(reason),
  );
});
