import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, install, root } from "./bootstrap.mjs";

install();
build();

// In this process, so that whoever ends it ends the server: another process between the two would pass on only what it catches.
const cli = join(root, "packages", "server", "dist", "cli.js");
const { main } = await import(pathToFileURL(cli).href);
await main([process.execPath, cli, "run", "--demo", ...process.argv.slice(2)]);
