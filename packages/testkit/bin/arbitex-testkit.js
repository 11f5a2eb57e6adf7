#!/usr/bin/env node
import { main } from "../dist/cli/main.js";

process.exitCode = await main(process.argv.slice(2));
// A connector may have left a timer or a connection open, which is in the report and must not hold it up.
setTimeout(() => process.exit(), 500).unref();
