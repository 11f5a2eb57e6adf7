import type { Destination } from "@arbitex/core/host";
import { sourceText } from "@arbitex/core/host";
import type { OutputStream } from "../terminal/terminal.ts";
import { tableLines } from "../terminal/table.ts";
import type { CommandContext } from "./context.ts";
import { paintOf, widthOf } from "./context.ts";

const COLUMNS = [
  { title: "DESTINATION", shrinkTo: 12 },
  { title: "TYPE" },
  { title: "ORGANISATION", shrinkTo: 12 },
  { title: "CONFIGURED BY", shrinkTo: 20 },
];

/** Destinations and where each is configured. */
export function destinationLines(
  destinations: readonly Destination[],
  context: CommandContext,
  stream: OutputStream = context.terminal.stdout,
): string[] {
  const rows = destinations.map((destination) => {
    const { id, type, org_id: orgId } = destinationRow(destination);
    return [id, type, orgId ?? "all", configuredBy(destination)];
  });
  return tableLines(COLUMNS, rows, { paint: paintOf(context, stream), width: widthOf(stream), indent: 2 });
}

/** A destination in JSON output. */
export function destinationRow({ id, connector, orgId = null, source }: Destination) {
  return { id, type: connector.type, org_id: orgId, ...(source !== undefined && { source }) };
}

export function configuredBy({ source }: Pick<Destination, "source">): string {
  return source === undefined ? "" : sourceText(source);
}
