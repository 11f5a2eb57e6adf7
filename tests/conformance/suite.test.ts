import { splunkHec } from "@arbitex/connector-splunk";
import { ndjson } from "@arbitex/core";
import { checksOf } from "@arbitex/testkit/conformance";
import { expect, it } from "vitest";
import { z } from "zod";
import manifest from "../../packages/connector-splunk/package.json" with { type: "json" };
import type { Change } from "./mutants.ts";
import {
  carelessSettings,
  checking,
  confusing,
  declaring,
  encoding,
  forever,
  forgettingConnection,
  judging,
  narrowSiem,
  offeringFile,
  opening,
  sendingTwice,
  tokenInCheck,
  tokenInLog,
} from "./mutants.ts";

// A suite that nothing fails proves nothing. Each of these is a connector with one mistake, and the check that must see it.
const mutants: readonly (readonly [mistake: string, title: string, change: Change])[] = [
  [
    "a manifest of another type",
    "says in its manifest",
    { manifest: { ...manifest, arbitexConnector: { type: "x" } } },
  ],
  ["zod among its dependencies", "says in its manifest", { manifest: { ...manifest, dependencies: { zod: "^4" } } }],
  ["a prefix in small letters", "declares settings", declaring({ envPrefix: "hec" })],
  ["settings that take any key", "declares settings", carelessSettings(z.looseObject)],
  ["a file that it offers to strangers", "declares settings", offeringFile],
  ["a limit that takes no event", "declares a framing", declaring({ limits: { maxBatchBytes: 100 } })],
  ["glue that is not ASCII", "declares a framing", declaring({ framing: { ...ndjson, separator: "…" } })],
  ["no reason for what it leaves out", "gives a reason", { skip: { partial: "no" } }],
  ["a secret that is plain text", "never prints", carelessSettings(z.object)],
  ["a secret in its log", "shows them in no", tokenInLog],
  ["a secret in its check", "shows them in no", tokenInCheck],
  ["an encoder with chance in it", "gives the same bytes", encoding((text) => `${text}${Math.random()}`)],
  [
    "an encoder that changes the event",
    "gives the same bytes",
    encoding((text, record) => marked(text, record.event())),
  ],
  [
    "an encoder that quotes nothing",
    "lets no hostile",
    encoding((_, { id }) => `{"event":{"metadata":{"uid":"${id}"}}}`),
  ],
  ["limits above its SIEM's", "declares limits that", narrowSiem],
  ["two posts for each batch", "delivers every event once", sendingTwice],
  ["batches given up for one event", "gives up a refused event alone", confusing("partial", { kind: "accepted" })],
  ["no patience", "waits as long as", confusing("retry", { kind: "retry", reason: "busy" })],
  ["events given up in busy times", "tries again while", confusing("retry", { kind: "rejected", reason: "busy" })],
  [
    "events given up after a reset",
    "tries again when the connection",
    confusing("retry", { kind: "rejected", reason: "?" }),
  ],
  ["stubbornness about sizes", "sends smaller bodies", confusing("too-large", { kind: "retry", reason: "413" })],
  ["events given up for a credential", "keeps every event", confusing("suspend", { kind: "rejected", reason: "401" })],
  ["no fix for a credential", "keeps every event", confusing("suspend", { kind: "suspend", reason: "401" })],
  ["a search that never ends", "finds one bad event", confusing("partial", { kind: "retry", reason: "400" })],
  ["trust in half an answer", "never takes half", judging(() => ({ kind: "rejected", reason: "half" }))],
  ["trust in any answer", "never takes a web page", judging(() => ({ kind: "accepted" }))],
  ["a check that finds fault", "passes on a healthy", checking("failed")],
  ["a check that never fails", "says what to do about a wrong", checking("passed")],
  ["a check without a fix", "says what to do about a closed", checking("failed")],
  ["a check that nothing ends", "ends when it is aborted", opening(() => ({ check: forever }))],
  ["an attempt that nothing ends", "gives up an attempt", opening(() => ({ send: forever }))],
  ["a connection that it forgets", "leaves no connection", forgettingConnection],
];

it.for(mutants)("a connector with %s fails the suite", async ([, title, change]) => {
  const groups = checksOf({ connector: splunkHec, manifest, ...change });
  const found = groups.flatMap(({ checks }) => checks).filter((check) => check.title.startsWith(title));
  const problems = await Promise.all(found.map((check) => check.problems()));
  expect(problems.flat().join("\n")).not.toBe("");
});

function marked(text: string, event: object): string {
  return Reflect.set(event, "seen", text.length) ? text : "";
}
