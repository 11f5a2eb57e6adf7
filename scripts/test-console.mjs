// Tests the console in a browser. With `--pictures` the documents' pictures are renewed as well; with `--measure` only its
// weight, its time until it can be used and its memory are measured, and must stay within their bounds.
import { join } from "node:path";
import { build, install, root, runTool } from "./bootstrap.mjs";

const words = process.argv.slice(2);
const isDrawing = words.includes("--pictures");
const isMeasuring = words.includes("--measure");
const others = words.filter((word) => word !== "--pictures" && word !== "--measure");

install();
build();
runTool("vitest", ["run", "--config", "vitest.console.config.ts", ...others], {
  env: {
    ...process.env,
    ...(isDrawing && { CONSOLE_PICTURES: join(root, "docs", "console") }),
    ...(isMeasuring && { CONSOLE_MEASURE: "1" }),
  },
});
