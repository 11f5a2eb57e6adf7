// Opens a destination, sends a batch, and closes it again: node closing-probe.js MODULE SETTINGS
import { createTestContext } from "../context/test-context.ts";
import { configured } from "../conformance/configured.ts";
import { batchFor, someRecords } from "../conformance/opened-sink.ts";
import { importModule } from "./import-connector.ts";

const [module = "", settings = "{}"] = process.argv.slice(2);
process.send?.("ready");
const connector = await importModule(module);
const context = createTestContext({ now: Date.now });
const given = JSON.parse(settings);
const sink = await configured(connector, given).open(context);
await sink.send(batchFor({ connector }, given, sink, someRecords()), AbortSignal.timeout(10_000));
await sink.close?.();
await context.egress.close();
process.send?.("closed");
