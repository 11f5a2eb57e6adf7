import { join } from "node:path";
import { build, install, root, run, runTool } from "./bootstrap.mjs";

install();
build();
runTool("tsc", ["-b", "faults"], { stdio: ["ignore", 2, 2] });
run(process.execPath, [join(root, "faults", "dist", "main.js"), ...process.argv.slice(2)]);
