import type { Host } from "@arbitex/core/host";
import { tapSelect } from "../outgoing/tap-filter.ts";
import type { TapLine } from "../outgoing/tap-lines.ts";
import { tapLineOf } from "../outgoing/tap-lines.ts";
import { UsageError } from "../usage-error.ts";

/** Shows events as they pass, until the command leaves. */
export function tapped(
  host: Pick<Host, "tap" | "statusOf">,
  query: URLSearchParams,
  signal: AbortSignal,
): AsyncGenerator<TapLine, void> {
  const destination = query.get("destination");
  const read = tapSelect(query.get("filter") ?? undefined);
  if ("problems" in read) throw new UsageError(read.problems.map(({ message }) => message).join(" "));
  if (destination !== null && host.statusOf(destination) === undefined) {
    throw new UsageError(`The running server has no destination "${destination}": arbitex-siem status lists them.`);
  }
  const isMeant = (id: string) => destination === null || id === destination;
  const { select } = read;
  return linesOf(host.tap({ isMeant, signal, ...(select !== undefined && { select }) }));
}

async function* linesOf(items: ReturnType<Host["tap"]>): AsyncGenerator<TapLine, void> {
  for await (const item of items) yield tapLineOf(item, () => null);
}
