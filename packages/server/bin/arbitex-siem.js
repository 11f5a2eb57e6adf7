#!/usr/bin/env node
import module from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

// From Node 22.1 on, a start does not compile again what an earlier one did. In a folder of this user's alone: what others
// could put there would be run.
if (process.env.NODE_COMPILE_CACHE === undefined) {
  const caches = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  module.enableCompileCache?.(join(caches, "arbitex-siem"));
}
const { main } = await import("../dist/cli/cli.js");

await main(process.argv);
