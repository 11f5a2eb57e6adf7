import { open, readFile, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { openInput } from "../reading/open-input.ts";
import { createInputSplitter } from "../reading/input-splitter.ts";
import type { ExportCheck } from "./verify-export.ts";

const MAX_EVENT_BYTES = 64 * 1024 * 1024;
/** A document over several lines is read as a whole. */
const MAX_DOCUMENT_BYTES = 400 * 1024 * 1024;

/** Reads an export: a value on each line, an array, or one document over several lines. */
export async function readExport(
  path: string,
  check: ExportCheck,
  stdin: Readable,
  signal: AbortSignal,
): Promise<void> {
  const document = await documentIn(path);
  if (document !== undefined) return check.addValue(document.value);
  const splitter = createInputSplitter({ maxEventBytes: MAX_EVENT_BYTES });
  const input = await openInput(path, stdin, signal);
  for await (const chunk of input.chunks) {
    for (const events of splitter.push(chunk)) check.addTexts(events);
  }
  for (const events of splitter.end()) check.addTexts(events);
}

/** Returns the document of a file that begins like one: a brace or a bracket alone on its first line. */
async function documentIn(path: string): Promise<{ readonly value: unknown } | undefined> {
  if (path === "-" || (await stat(path)).size > MAX_DOCUMENT_BYTES) return undefined;
  if (!/^\uFEFF?\s*[{[]\s*\r?\n/.test(await headOf(path))) return undefined;
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
