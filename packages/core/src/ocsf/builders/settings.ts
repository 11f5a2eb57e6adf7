import type { Rendering } from "../rendering.ts";
import { createUuidv7Source } from "../uuidv7.ts";

/** Options shared by all events of a builder. */
export interface BuilderOptions {
  /** `metadata.product`. Default name and vendor: `Arbitex`. */
  readonly product?: { readonly name?: string; readonly vendorName?: string; readonly version?: string };
  /** Default `arbitex`. */
  readonly rendering?: Rendering;
  /** Creates `metadata.uid` of events without one. Default UUIDv7. */
  readonly newUid?: () => string;
}

export interface BuilderSettings {
  readonly product: { readonly name: string; readonly vendor_name: string; readonly version?: string };
  readonly rendering: Rendering;
  readonly newUid: () => string;
}

export function builderSettings({ product = {}, rendering = "arbitex", newUid }: BuilderOptions = {}): BuilderSettings {
  const { name = "Arbitex", vendorName = "Arbitex", version } = product;
  return {
    product: version === undefined ? { name, vendor_name: vendorName } : { name, vendor_name: vendorName, version },
    rendering,
    newUid: newUid ?? createUuidv7Source(),
  };
}
