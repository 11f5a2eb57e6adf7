import { createHash } from "node:crypto";
import { z } from "zod";
import { COPY_AGAIN, invalidBundle } from "./bundle-error.ts";

/** The first line of a bundle, as plain JSON: its format, sender and recipient. */
export const bundleHeaderSchema = z.strictObject({
  format: z.literal("arbitex-bundle"),
  version: z.literal(1),
  id: z.uuid(),
  destination: z.strictObject({ id: z.string().regex(/^[\w.-]{1,255}$/), type: z.string().nullable() }),
  /** Organisation of the events; null when several organisations are possible. */
  organisation: z.string().nullable(),
  created_at: z.iso.datetime(),
  /** `keyIdOf` both keys. */
  signed_by: z.string(),
  encrypted_for: z.string(),
});

export type BundleHeader = z.infer<typeof bundleHeaderSchema>;

/** Far above the size of any header. */
export const LONGEST_HEADER = 64 * 1024;

export function headerLine(header: BundleHeader): Buffer {
  return Buffer.from(`${JSON.stringify(header)}\n`);
}

/** Whether a file is shorter than a header and may be the beginning of one. */
export function isHeaderBeginning(bytes: Buffer): boolean {
  const text = bytes.toString("latin1");
  const start = '{"format":"arbitex-bundle"';
  return !text.includes("\n") && (text.startsWith(start) || start.startsWith(text));
}

/** Parses a file's beginning. Returns the header and its line, including the line break. */
export function parseHeader(path: string, beginning: Buffer): { readonly header: BundleHeader; readonly line: Buffer } {
  const end = beginning.indexOf("\n") + 1;
  const line = beginning.subarray(0, end);
  const header = bundleHeaderSchema.safeParse(jsonOf(line));
  if (header.success) return { header: header.data, line };
  const what = beginning.includes('"arbitex-bundle"')
    ? "its first line is damaged, or of another release"
    : "it is no bundle of arbitex-siem export";
  throw invalidBundle(path, what, COPY_AGAIN);
}

/** The first link of a bundle's hash chain. */
export function firstLink(line: Buffer): Buffer {
  return createHash("sha256").update(line).digest();
}

function jsonOf(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString("utf8"));
  } catch {
    return undefined;
  }
}
