// Tests the console in a browser. With `--pictures` the documents' pictures are renewed as well.
import { join } from "node:path";
import { build, install, root, runTool } from "./bootstrap.mjs";

const words = process.argv.slice(2);
const isDrawing = words.includes("--pictures");

install();
build();
runTool("vitest", ["run", "--config", "vitest.console.config.ts", ...words.filter((word) => word !== "--pictures")], {
  env: { ...process.env, ...(isDrawing && { CONSOLE_PICTURES: join(root, "docs", "console") }) },
});
