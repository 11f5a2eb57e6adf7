import type { Rendering } from "../rendering.ts";
import { createUuidv7Source } from "../uuidv7.ts";

/** Options shared by all events of a builder. */
export interface BuilderOptions {
  /** `metadata.product`; name and vendor are `Arbitex` unless told. */
  readonly product?: { readonly name?: string; readonly vendorName?: string; readonly version?: string };
  /** `arbitex` unless told. */
  readonly rendering?: Rendering;
  /** Makes `metadata.uid` for events that come without one; UUIDv7 unless told. */
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
