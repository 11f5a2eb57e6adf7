import { open, readFile, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { openInput } from "../reading/open-input.ts";
import { createInputSplitter } from "../reading/input-splitter.ts";
import type { ExportCheck } from "./verify-export.ts";

const MAX_EVENT_BYTES = 64 * 1024 * 1024;
/** A document over several lines is read as a whole. */
const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;

export interface ReadExportOptions {
  readonly stdin: Readable;
  readonly signal: AbortSignal;
  /** Told after each part: the share of the file that was read, 0 for a pipe. */
  readonly onProgress?: (share: number) => void;
}

/** Reads an export: a value on each line, an array, or one document over several lines. */
export async function readExport(path: string, check: ExportCheck, options: ReadExportOptions): Promise<void> {
  const { stdin, signal, onProgress = () => undefined } = options;
  const document = await documentIn(path);
  if (document !== undefined) return check.addValue(document.value);
  const splitter = createInputSplitter({ maxEventBytes: MAX_EVENT_BYTES });
  const input = await openInput(path, stdin, signal);
  for await (const chunk of input.chunks) {
    for (const events of splitter.push(chunk)) check.addTexts(events);
    onProgress(input.totalBytes === undefined ? 0 : input.bytesRead() / input.totalBytes);
  }
  for (const events of splitter.end()) {
    check.addTexts(events);
    if (events.broken !== undefined) check.addBroken(`${path} cannot be read to its end: ${events.broken}.`);
  }
}

/** Returns the document of a file that begins like one: a brace alone on its first line. */
async function documentIn(path: string): Promise<{ readonly value: unknown } | undefined> {
  if (path === "-") return undefined;
  const found = await stat(path);
  // A pipe gives its first bytes once.
  if (!found.isFile() || !/^\uFEFF?\s*\{\s*\r?\n/.test(await headOf(path))) return undefined;
  if (found.size > MAX_DOCUMENT_BYTES)
    throw new Error(`it is one document of more than ${MAX_DOCUMENT_BYTES} bytes: write an event on each line`);
  const text = await readFile(path, "utf8");
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, "")) };
  } catch {
    return undefined;
  }
}

async function headOf(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}
