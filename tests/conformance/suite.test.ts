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
const mutants: readonly (readonly [mistake: string, id: string, change: Change])[] = [
  ["a manifest of another type", "manifest-type", { manifest: { ...manifest, arbitexConnector: { type: "x" } } }],
  ["zod among its dependencies", "peer-zod", { manifest: { ...manifest, dependencies: { zod: "^4" } } }],
  ["a prefix in small letters", "env-prefix", declaring({ envPrefix: "hec" })],
  ["settings that take any key", "settings-strict", carelessSettings(z.looseObject)],
  ["a file that it offers to strangers", "settings-files", offeringFile],
  ["a limit that takes no event", "limits-least", declaring({ limits: { maxBatchBytes: 100 } })],
  ["glue that is not ASCII", "framing-ascii", declaring({ framing: { ...ndjson, separator: "…" } })],
  ["no reason for what it leaves out", "reasons", { skip: { partial: "no" } }],
  ["a secret that is plain text", "secrets-printed", carelessSettings(z.object)],
  ["a secret in its log", "secrets-leaked", tokenInLog],
  ["a secret in its check", "secrets-leaked", tokenInCheck],
  ["an encoder with chance in it", "encode-repeats", encoding((text) => `${text}${Math.random()}`)],
  ["an encoder that changes the event", "encode-changes", encoding((text, record) => marked(text, record.event()))],
  [
    "an encoder that quotes nothing",
    "encode-hostile",
    encoding((_, { id }) => `{"event":{"metadata":{"uid":"${id}"}}}`),
  ],
  ["limits above its SIEM's", "limits-own", narrowSiem],
  ["two posts for each batch", "fault-accepted", sendingTwice],
  ["batches given up for one event", "fault-partial", confusing("partial", { kind: "accepted" })],
  ["no patience", "fault-429", confusing("retry", { kind: "retry", reason: "busy" })],
  ["events given up in busy times", "fault-503", confusing("retry", { kind: "rejected", reason: "busy" })],
  ["events given up after a reset", "fault-reset-before", confusing("retry", { kind: "rejected", reason: "?" })],
  ["stubbornness about sizes", "fault-413", confusing("too-large", { kind: "retry", reason: "413" })],
  ["events given up for a credential", "fault-401", confusing("suspend", { kind: "rejected", reason: "401" })],
  ["no fix for a credential", "fault-401", confusing("suspend", { kind: "suspend", reason: "401" })],
  ["a search that never ends", "fault-poisoned", confusing("partial", { kind: "retry", reason: "400" })],
  ["trust in half an answer", "fault-truncated", judging(() => ({ kind: "rejected", reason: "half" }))],
  ["trust in any answer", "fault-html", judging(() => ({ kind: "accepted" }))],
  ["a check that finds fault", "check-healthy", checking("failed")],
  ["a check that never fails", "check-credential", checking("passed")],
  ["a check without a fix", "check-closed", checking("failed")],
  ["a check that nothing ends", "check-abort", opening(() => ({ check: forever }))],
  ["an attempt that nothing ends", "send-abort", opening(() => ({ send: forever }))],
  ["a connection that it forgets", "close-connections", forgettingConnection],
];

it.for(mutants)("a connector with %s fails the suite", async ([, id, change]) => {
  const groups = checksOf({ connector: splunkHec, manifest, ...change });
  const found = groups.flatMap(({ checks }) => checks).filter((check) => check.id === id);
  expect(found).toHaveLength(1);
  const problems = await Promise.all(found.map((check) => check.problems()));
  expect(problems.flat().join("\n")).not.toBe("");
});

function marked(text: string, event: object): string {
  return Reflect.set(event, "seen", text.length) ? text : "";
}
