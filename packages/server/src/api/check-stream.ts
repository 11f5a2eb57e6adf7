import { PassThrough } from "node:stream";
import type { Readable } from "node:stream";
import { checkPassed } from "@arbitex/core";
import type { ShownReport, ShownStep } from "@arbitex/core/host";
import type { FastifyRequest } from "fastify";
import { messageOf } from "../message-of.ts";
import { stepAnswerOf } from "./config-view.ts";

export const NDJSON = "application/x-ndjson";

/** Whether the client wants the steps one by one. */
export function wantsLines({ headers }: Pick<FastifyRequest, "headers">): boolean {
  return headers.accept?.includes(NDJSON) === true;
}

/** A check as lines: each step as soon as it is known, and at the end whether all passed. */
export function checkLines(
  check: (onStep: (step: ShownStep) => void) => Promise<ShownReport>,
  hide: (text: string) => string,
): Readable {
  const lines = new PassThrough();
  const write = (value: object) => void lines.write(`${JSON.stringify(value)}\n`);
  const tell = (step: ShownStep) => write({ step: stepAnswerOf(step, hide) });
  check(tell)
    .then((report) => write({ passed: checkPassed(report) }))
    .catch((error: unknown) => {
      tell({ name: "check", status: "failed", detail: messageOf(error) });
      write({ passed: false });
    })
    .finally(() => lines.end());
  return lines;
}
