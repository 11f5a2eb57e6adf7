/** What a new connector speaks. Each has a folder of the template. */
export const flavours = {
  "http-json": "JSON arrays over HTTP",
  ndjson: "lines of JSON over HTTP",
  "tls-lines": "lines of JSON over TLS, without answers",
} as const;

export type Flavour = keyof typeof flavours;

export const flavourNames: readonly Flavour[] = ["http-json", "ndjson", "tls-lines"];

export function isFlavour(text: string): text is Flavour {
  return Object.hasOwn(flavours, text);
}
