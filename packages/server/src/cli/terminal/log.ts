import type { Logger } from "@arbitex/core";
import { pino } from "pino";
import { z } from "zod";
import { defused } from "./defused.ts";
import type { Paint, Style } from "./paint.ts";
import { printable } from "./paint.ts";

export interface LogOptions {
  readonly level: string;
  /** Called with complete lines, each with its line feed. */
  readonly write: (text: string) => void;
  /** Write lines for people instead of JSON. */
  readonly paint?: Paint | undefined;
}

/** The second barrier. The first is that credentials are `Secret` values, which print as a mask. */
const SECRET_KEYS = ["token", "api_key", "password", "client_secret", "tls_key", "authorization", "ingestToken"];

export function createLogger({ level, write, paint }: LogOptions): Logger {
  const paths = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);
  const forPerson = (line: string) => write(paint === undefined ? defused(line) : lineForPerson(line, paint));
  return pino(
    { level, base: null, redact: { paths, censor: "[secret]" }, timestamp: pino.stdTimeFunctions.isoTime },
    { write: forPerson },
  );
}

const LEVELS: Readonly<Record<number, readonly [name: string, style: Style]>> = {
  10: ["trace", "dim"],
  20: ["debug", "dim"],
  30: ["info", "green"],
  40: ["warn", "yellow"],
  50: ["error", "red"],
  60: ["fatal", "red"],
};

const logLine = z.looseObject({ level: z.number(), time: z.string(), msg: z.string().default("") });

/** `12:03:04 warn  destination is refusing batches  destination=splunk_hec reason="HTTP 503"` */
function lineForPerson(line: string, paint: Paint): string {
  const { level, time, msg, ...facts } = logLine.parse(JSON.parse(line));
  const [name, style] = LEVELS[level] ?? ["log", "dim"];
  const shown = Object.entries(facts).map(([key, value]) => `${printable(key)}=${factText(value)}`);
  const clock = new Date(time).toTimeString().slice(0, 8);
  const parts = [paint("dim", clock), paint(style, name.padEnd(5)), printable(msg), paint("dim", shown.join(" "))];
  return `${parts.join(" ").trimEnd()}\n`;
}

function factText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return printable(/^[\w.:/-]+$/.test(text) ? text : JSON.stringify(text));
}
