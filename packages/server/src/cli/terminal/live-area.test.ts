import { expect, it } from "vitest";
import { createLiveArea } from "./live-area.ts";

function screen(columns: number) {
  let written = "";
  const stream = {
    isTTY: true as const,
    columns,
    rows: 24,
    write(text: string) {
      written += text;
      return true;
    },
  };
  const take = () => {
    const text = written;
    written = "";
    return text;
  };
  return { stream, take };
}

it("takes a frame away whole, also when the terminal has become narrower and broken its lines meanwhile", () => {
  const { stream, take } = screen(80);
  const area = createLiveArea(stream);
  area.draw(["\u001B[31mred\u001B[0m", "x".repeat(70)]);
  take();
  area.draw(["a", "b"]);
  expect(take()).toContain("\u001B[2A");
  area.draw([`\u001B[31m${"y".repeat(70)}\u001B[0m`]);
  take();
  stream.columns = 30;
  area.clear();
  expect(take()).toContain("\u001B[3A");
});
