// Writes an audit event with pino. SPLUNK_HEC_URL and SPLUNK_HEC_TOKEN say where to.
import { fileURLToPath } from "node:url";
import pino from "pino";

const { SPLUNK_HEC_URL: url, SPLUNK_HEC_TOKEN: token, QUEUE: queue = "./queue" } = process.env;
const target = fileURLToPath(new URL("pino-transport.mjs", import.meta.url));
const logger = pino({ transport: { target, options: { url, token, queue } } });

logger.info("starting");
logger.info({ audit: true, user: "ada", operation: "report.export" }, "ada exported a report");
