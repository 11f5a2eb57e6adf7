/** Every fault of a delivery, in the order of tables. `accepted` is a delivery without a fault. */
export const faultNames = [
  "accepted",
  "partial",
  "429",
  "503",
  "reset-before",
  "reset-after",
  "413",
  "401",
  "poisoned",
  "slow",
  "half-closed",
  "truncated",
  "html",
  "early",
] as const;

/** Name of a standard fault that every simulator shows or explains. */
export type FaultName = (typeof faultNames)[number];

/** Reasons for skipped parts, by name. */
export type Reasons<Name extends string> = { readonly [Each in Name]?: string };
