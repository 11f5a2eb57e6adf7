import { valueAt } from "@arbitex/core/config";
import type { ConfigProblem, Destination } from "@arbitex/core/host";
import { settingsOf, sourceText } from "@arbitex/core/host";

/** Matches address settings by name, because a connector does not declare a setting's purpose. */
const ADDRESS =
  /(?:^|_)(?:url|uri|host|hostname|endpoint|address|server|site|cloud|cloud_id|domain|region|port|immutable_id|stream_name)$/;
/** Facts about events, not addresses. */
const FACTS = /^source_/;

/** Warns of destinations with the same recipient and credential, which would get events twice. */
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

/** Contains secrets; for comparison only, never shown. */
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

/** Compares origins: another path on the same server is the same recipient. */
function addressOf(text: string): string {
  if (!text.includes("://") || !URL.canParse(text)) return text.toLowerCase();
  const { protocol, host } = new URL(text);
  return `${protocol}//${host}`;
}

/** Whether some event goes to both destinations. A global destination receives events of every organisation. */
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
