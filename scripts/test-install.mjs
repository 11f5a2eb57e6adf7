import { build, install, runTool } from "./bootstrap.mjs";

install();
build();
runTool("vitest", ["run", "--config", "vitest.install.config.ts", ...process.argv.slice(2)]);
