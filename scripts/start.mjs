import { build, install } from "./bootstrap.mjs";

install();
build();

// In this process, so that whoever ends it ends the server: another process between the two would pass on only what it catches.
const { main } = await import("../packages/server/dist/cli/cli.js");
await main([process.execPath, "arbitex-siem", "run", "--demo", ...process.argv.slice(2)]);
