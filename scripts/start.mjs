import { spawn } from "node:child_process";
import { join } from "node:path";
import { build, install, root } from "./bootstrap.mjs";

install();
build();

// The server gets the terminal's signals itself; this process only waits and passes the exit code on.
const cli = join(root, "packages", "server", "bin", "arbitex-siem.js");
const server = spawn(process.execPath, [cli, "run", "--demo", ...process.argv.slice(2)], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => passOn(signal));
server.on("exit", (code) => process.exit(code ?? 1));

function passOn(signal) {
  // On a terminal Ctrl-C reaches the whole group already; twice would mean "stop at once".
  if (signal === "SIGINT" && process.stdin.isTTY) return;
  server.kill(signal);
}
