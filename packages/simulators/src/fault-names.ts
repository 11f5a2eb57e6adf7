/** Each way in which a delivery can go wrong, in the order in which tables show it. `accepted` is the one in which nothing does. */
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

/** Why something is left out, by its name. */
export type Reasons<Name extends string> = { readonly [Each in Name]?: string };
