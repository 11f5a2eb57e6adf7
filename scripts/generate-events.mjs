// Writes realistic audit events as NDJSON: node scripts/generate-events.mjs [COUNT] [SEED] > events.ndjson
import { once } from "node:events";
import { createEventGenerator } from "@arbitex/simulators";

const [count = "1000", seed = "1"] = process.argv.slice(2);
const generator = createEventGenerator({ seed: Number(seed) });
let lines = "";
for (let left = Number(count); left > 0; left--) {
  lines += `${JSON.stringify(generator.next())}\n`;
  if (lines.length < 256 * 1024 && left > 1) continue;
  if (!process.stdout.write(lines)) await once(process.stdout, "drain");
  lines = "";
}
