import { valueAt } from "@arbitex/core/config";
import type { ConfigProblem, Destination } from "@arbitex/core/host";
import { settingsOf, sourceText } from "@arbitex/core/host";

/** What leads to a SIEM, by its name: a connector says what a setting is called, and not what it is for. */
const ADDRESS =
  /(?:^|_)(?:url|uri|host|hostname|endpoint|address|server|site|cloud|cloud_id|domain|region|port|immutable_id|stream_name)$/;
/** Facts about events, not addresses. */
const FACTS = /^source_/;

/** Destinations that deliver to the same place with the same credential, so that it gets events twice. */
export function sameRecipients(destinations: readonly Destination[]): readonly ConfigProblem[] {
  const byRecipient = new Map<string, Destination[]>();
  const problems: ConfigProblem[] = [];
  for (const destination of destinations) {
    const recipient = recipientOf(destination);
    const others = byRecipient.get(recipient) ?? [];
    byRecipient.set(recipient, [...others, destination]);
    const other = others.find((candidate) => isShared(candidate, destination));
    if (other !== undefined) problems.push(twice(other, destination));
  }
  return problems;
}

/** Holds secrets, and is never shown. */
function recipientOf({ connector, config, origin }: Destination): string {
  const parts = settingsOf(connector.configSchema).flatMap(({ key, isSecret }) => {
    if (isSecret) return [[key, origin?.settings()[key]]];
    const value = valueAt(config, [key]);
    return ADDRESS.test(key) && !FACTS.test(key) && value !== undefined
      ? [[key, typeof value === "string" ? addressOf(value) : value]]
      : [];
  });
  return JSON.stringify([connector.type, ...parts]);
}

/** Another path on the same server is no other recipient. */
function addressOf(text: string): string {
  if (!text.includes("://") || !URL.canParse(text)) return text.toLowerCase();
  const { protocol, host } = new URL(text);
  return `${protocol}//${host}`;
}

/** Whether any event goes to both: a global destination receives every organisation's. */
function isShared(a: Destination, b: Destination): boolean {
  const [orgA, orgB] = [a.orgId ?? null, b.orgId ?? null];
  if (orgA !== null && orgB !== null && orgA !== orgB) return false;
  const [classesA, classesB] = [a.filter?.classUids, b.filter?.classUids];
  return classesA === undefined || classesB === undefined || [...classesA].some((uid) => new Set(classesB).has(uid));
}

function twice(first: Destination, second: Destination): ConfigProblem {
  return {
    path: `destination ${second.id}`,
    message: `${named(first)} and ${named(second)} deliver to the same place with the same credential: it gets events twice.`,
    fix: "Remove one of them, or give each a filter of its own.",
    ...(second.source?.kind === "file" && { at: second.source.place }),
  };
}

function named({ id, source }: Destination): string {
  return source === undefined ? `"${id}"` : `"${id}" (${sourceText(source)})`;
}
