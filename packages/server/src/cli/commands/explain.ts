import { readFile } from "node:fs/promises";
import { text as textOf } from "node:stream/consumers";
import { createHost, systemClock } from "@arbitex/core/host";
import type { z } from "zod";
import { hostRedaction } from "../../config/redaction-settings.ts";
import { messageOf } from "../../message-of.ts";
import type { explainAnswer } from "../../outgoing/explain-answer.ts";
import { acceptedEvent, explainAnswerOf } from "../../outgoing/explain-answer.ts";
import { UsageError } from "../../usage-error.ts";
import type { ExitCode } from "../account/account.ts";
import type { CommandContext } from "../shared/context.ts";
import { load, paintOf, printJson, printLines } from "../shared/context.ts";
import type { Paint } from "../terminal/paint.ts";
import { printable } from "../terminal/paint.ts";
import { chooseDestinations } from "./check.ts";

export async function explain(context: CommandContext, id: string, file: string): Promise<ExitCode> {
  const deployment = await load(context);
  const [destination] = chooseDestinations(deployment, id);
  if (destination === undefined) throw new UsageError(`There is no destination "${id}".`);
  const accepted = acceptedEvent(await eventText(context, file), systemClock.now());
  if ("problems" in accepted) {
    const found = accepted.problems.map(({ path, message }) => `  ${path}: ${message}`).join("\n");
    throw new UsageError(`${file} holds no event that would be accepted:\n${found}`);
  }
  const { egress, redaction } = deployment.settings;
  const host = await createHost({ destinations: [], egress, redaction: hostRedaction(redaction) });
  try {
    const answer = explainAnswerOf(await host.explain(destination, accepted.record));
    if (context.json) printJson(context, answer);
    else printLines(context.terminal.stdout, explainedLines(answer, paintOf(context)));
    return answer.sent ? 0 : 1;
  } finally {
    await host.stop({ deadlineMs: 0 });
  }
}

async function eventText({ terminal }: CommandContext, file: string): Promise<string> {
  try {
    return file === "-" ? await textOf(terminal.stdin) : await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function explainedLines(answer: z.output<typeof explainAnswer>, paint: Paint): readonly string[] {
  const { sent, filter, event, redacted, converted, request, reason } = answer;
  const lines = [
    sent ? paint("green", "It would be sent.") : paint("yellow", reason ?? "It would be left out: filtered."),
  ];
  if (filter.length > 0) lines.push("", "Filter");
  for (const { setting, passed } of filter) {
    lines.push(`  ${passed ? paint("green", "passes") : paint("red", "fails ")}  ${printable(setting)}`);
  }
  lines.push("", redacted.length === 0 ? "Event, not redacted" : `Event, redacted: ${redacted.join(", ")}`);
  lines.push(`  ${printable(JSON.stringify(event))}`);
  if (converted !== null) lines.push("", "Event, converted", `  ${printable(JSON.stringify(converted))}`);
  if (request !== null) {
    const { method, url, headers, body, bytes, truncated } = request;
    lines.push("", `Request, of ${bytes} bytes`, `  ${[method, url].filter((part) => part !== null).join(" ")}`);
    for (const [name, value] of Object.entries(headers)) lines.push(`  ${name}: ${printable(value)}`);
    lines.push("", ...body.split("\n").map((line) => `  ${printable(line)}`), ...(truncated ? ["  …"] : []));
  }
  return lines;
}
