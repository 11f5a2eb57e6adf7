import type { AnyConnector } from "@arbitex/core";
import type { Check } from "./check.ts";
import { check, unless } from "./check.ts";
import type { Configured } from "./configured.ts";
import { configured } from "./configured.ts";
import type { Settings } from "./subject.ts";

const TYPE = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;
const PRINTABLE = /^[\x20-\x7e]+$/;
/** The packer counts characters of the glue as bytes. */
// oxlint-disable-next-line eslint/no-control-regex
const ASCII = /^[\x00-\x7f]*$/;
const GUARANTEES = ["indexed", "accepted", "written"];
/** Least size for an ordinary event. Syslog's messages, the smallest of all, have at least 2048 bytes. */
const LEAST_BYTES = 2048;

export type WithSettings = (problemsOf: (settings: Settings) => readonly string[]) => Promise<readonly string[]>;

/** Checks a connector's declarations: names, bodies, and what a successful answer proves. */
export function declarationChecks(connector: AnyConnector, withSettings: WithSettings): readonly Check[] {
  const { type, displayName } = connector;
  const declared = (problemsOf: (given: Configured) => readonly string[]) => () =>
    withSettings((settings) => problemsOf(configured(connector, settings)));
  return [
    check("type-name", "has a type that can stand in a file", () =>
      unless(TYPE.test(type), `the type "${type}" is not in snake_case`),
    ),
    check("display-name", "has a name for people", () =>
      unless(
        displayName.trim() !== "" && displayName.length <= 60,
        "displayName is empty or longer than 60 characters",
      ),
    ),
    check(
      "guarantee",
      "says what a good answer proves",
      declared(({ guarantee }) =>
        unless(GUARANTEES.includes(guarantee), `guarantee is ${guarantee}, not one of ${GUARANTEES.join(", ")}`),
      ),
    ),
    check(
      "limits-whole",
      "has limits that are numbers",
      declared(({ limits: { maxBatchBytes, maxBatchEvents, maxEventBytes, maxCompressedBytes } }) =>
        Object.entries({ maxBatchBytes, maxBatchEvents, maxEventBytes, maxCompressedBytes })
          .filter(([, value]) => value !== undefined && !(Number.isSafeInteger(value) && value > 0))
          .map(([name, value]) => `limits.${name} is ${String(value)}, not a positive whole number`),
      ),
    ),
    check(
      "limits-least",
      "has limits that let an ordinary event pass",
      declared(({ limits: { maxBatchBytes, maxEventBytes, maxCompressedBytes } }) =>
        Object.entries({ maxBatchBytes, maxEventBytes, maxCompressedBytes })
          .filter(([, value]) => value !== undefined && value < LEAST_BYTES)
          .map(([name, value]) => `limits.${name} of ${String(value)} bytes could not take an ordinary event`),
      ),
    ),
    check(
      "content-type",
      "has a content type that can stand in a header",
      declared(({ framing }) => unless(PRINTABLE.test(framing.contentType), "framing.contentType cannot")),
    ),
    check(
      "framing-ascii",
      "has a framing whose bytes can be counted",
      declared(({ framing: { prefix = "", separator = "", suffix = "" } }) =>
        unless(ASCII.test(prefix + separator + suffix), "the framing is not all ASCII"),
      ),
    ),
  ];
}
