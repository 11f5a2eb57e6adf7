// Watches: builds what changed, and runs the tests that depend on it. The first round runs tests of what is not committed.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { install, packageProjects, root, step } from "./bootstrap.mjs";

install();
step("watching; press q to quit, a to run every test");
const tool = (name) => join(root, "node_modules", ".bin", name);
const builder = spawn(tool("tsc"), ["-b", ...packageProjects(), "--watch", "--preserveWatchOutput"], {
  cwd: root,
  stdio: ["ignore", 2, 2],
});
const bundler = spawn(process.execPath, [join(root, "scripts", "bundle-core.mjs"), "--watch"], {
  cwd: root,
  stdio: ["ignore", 2, 2],
});
const tester = spawn(tool("vitest"), ["watch", "--changed", ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
tester.on("exit", (code) => {
  builder.kill();
  bundler.kill();
  process.exitCode = code ?? 0;
});
