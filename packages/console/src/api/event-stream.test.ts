import { expect, it } from "vitest";
import { createStreamReader } from "./event-stream.ts";

it("puts the lines of a message together, and passes by comments", () => {
  const reader = createStreamReader();
  const messages = [": hello", "", "event: event", "data: {", "data: }", "", "data: x\r", "\r"].map((line) =>
    reader.push(line),
  );
  expect(messages.filter((message) => message !== undefined)).toEqual([
    { event: "event", data: "{\n}" },
    { event: "message", data: "x" },
  ]);
});
