import type { FilePlace } from "./problem.ts";
import { placeText } from "./problem.ts";

/** Where a destination's configuration comes from. */
export type DestinationSource =
  | { readonly kind: "file"; readonly place: FilePlace }
  | { readonly kind: "environment"; readonly variables: readonly string[] };

/** Describes a source for a line of text. */
export function sourceText(source: DestinationSource): string {
  switch (source.kind) {
    case "file":
      return placeText(source.place);
    case "environment":
      return `environment: ${source.variables.join(", ")}`;
    default:
      return source satisfies never;
  }
}
