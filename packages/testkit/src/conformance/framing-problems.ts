import type { AnyConnector } from "@arbitex/core";
import { configured } from "./configured.ts";
import type { Settings } from "./subject.ts";

const PRINTABLE = /^[\x20-\x7e]+$/;
/** The packer counts characters of the glue as bytes. */
// oxlint-disable-next-line eslint/no-control-regex
const ASCII = /^[\x00-\x7f]*$/;
const GUARANTEES = ["indexed", "accepted", "written"];
/** Less could not take an ordinary event. Syslog's messages, the smallest of all, have 2048 at the least. */
const LEAST_BYTES = 2048;

/** What is wrong with what a connector declares about bodies and about what a good answer proves. */
export function framingProblems(connector: AnyConnector, settings: Settings): readonly string[] {
  const { limits, framing, guarantee } = configured(connector, settings);
  const { contentType, prefix = "", separator = "", suffix = "" } = framing;
  const { maxBatchBytes, maxBatchEvents, maxEventBytes, maxCompressedBytes } = limits;
  const counts = { maxBatchBytes, maxBatchEvents, maxEventBytes, maxCompressedBytes };
  return [
    ...(PRINTABLE.test(contentType) ? [] : ["framing.contentType cannot stand in a header"]),
    ...(ASCII.test(prefix + separator + suffix) ? [] : ["the framing is not all ASCII"]),
    ...(GUARANTEES.includes(guarantee) ? [] : [`guarantee is ${guarantee}, not one of ${GUARANTEES.join(", ")}`]),
    ...Object.entries(counts)
      .filter(([, value]) => value !== undefined && !(Number.isSafeInteger(value) && value > 0))
      .map(([name, value]) => `limits.${name} is ${String(value)}, not a positive whole number`),
    ...Object.entries({ maxBatchBytes, maxEventBytes, maxCompressedBytes })
      .filter(([, value]) => value !== undefined && value < LEAST_BYTES)
      .map(([name, value]) => `limits.${name} of ${String(value)} bytes could not take an ordinary event`),
  ];
}
