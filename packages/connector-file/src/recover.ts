import type { FileHandle } from "node:fs/promises";
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "@arbitex/core";
import type { Chain } from "./chain.ts";
import { GENESIS, parseChain, sealLine } from "./chain.ts";
import type { FileName } from "./names.ts";
import { CHAIN, DATA, OPEN, parseName } from "./names.ts";
import type { TrailEnd } from "./trail-folder.ts";
import { finish, isCode, readTrailEnd, removeFile, syncFolder, writeSynced, writeTrailEnd } from "./trail-folder.ts";

export interface RecoverOptions {
  readonly path: string;
  readonly prefix: string;
  readonly logger: Logger;
}

/**
 * Closes files left open by a dead process or a failed write, and returns where the trail continues. A file keeps what
 * its chain has sealed; the rest was never accepted and comes again from the queue.
 */
export async function recover({ path, prefix, logger }: RecoverOptions): Promise<TrailEnd> {
  const names = await readdir(path);
  const files = filesOf(names, prefix);
  let end = (await readTrailEnd(path)) ?? { sequence: 0, hash: GENESIS };
  for (const file of files) {
    const isOpen = names.some((name) => name.startsWith(`${file.stem}.`) && name.endsWith(OPEN));
    if (file.sequence <= end.sequence && !isOpen) continue;
    const closed = await closeFile(path, file, logger);
    if (closed === "removed" || file.sequence <= end.sequence) continue;
    if (closed === "unchained")
      logger.error({ path, file: file.stem }, "file has no chain, the next one begins a new chain");
    end = { sequence: file.sequence, hash: closed === "unchained" ? GENESIS : closed.sealed.hash };
    await writeTrailEnd(path, end);
  }
  return end;
}

function filesOf(names: readonly string[], prefix: string): readonly FileName[] {
  const found = new Map<string, FileName>();
  for (const name of names) {
    const file = parseName(prefix, name);
    if (file !== undefined) found.set(file.stem, file);
  }
  return [...found.values()].toSorted((one, other) => one.sequence - other.sequence);
}

/** Closes a file from any intermediate state. Removes a file in which nothing was accepted. */
async function closeFile(path: string, { stem }: FileName, logger: Logger): Promise<Chain | "removed" | "unchained"> {
  const chainFile = await openEither(join(path, stem + CHAIN));
  if (chainFile === undefined) return "unchained";
  const dataFile = await openEither(join(path, stem + DATA));
  try {
    const chain = parseChain(await chainFile.handle.readFile("utf8"));
    if (chain === undefined || (chain.sealed.end === 0 && !chain.isClosed)) {
      if (dataFile !== undefined) await removeFile(dataFile.path);
      await removeFile(chainFile.path);
      await syncFolder(path);
      return "removed";
    }
    if (dataFile !== undefined) await cutToSeal(dataFile, chain, logger);
    if (!chain.isClosed) {
      await chainFile.handle.truncate(chain.bytes);
      await writeSynced(chainFile.handle, Buffer.from(sealLine("closed", chain.sealed)), chain.bytes);
    }
    await finish(chainFile.handle, chainFile.path, join(path, stem + CHAIN));
    if (dataFile !== undefined) await finish(dataFile.handle, dataFile.path, join(path, stem + DATA));
    await syncFolder(path);
    return chain;
  } finally {
    await chainFile.handle.close();
    await dataFile?.handle.close();
  }
}

async function cutToSeal({ path, handle }: Opened, { sealed }: Chain, logger: Logger): Promise<void> {
  const { size } = await handle.stat();
  if (size === sealed.end) return;
  if (size < sealed.end) {
    // A crash does not change synced data. The file stays as it is for investigation.
    logger.error(
      { path, bytes: size, sealed: sealed.end },
      "file is shorter than its chain says, events in it are lost",
    );
    return;
  }
  if (!path.endsWith(OPEN)) {
    logger.error({ path, bytes: size, sealed: sealed.end }, "closed file is longer than its chain says");
    return;
  }
  await handle.truncate(sealed.end);
  await handle.datasync();
  logger.warn({ path, bytes: size - sealed.end }, "cut off what was written but never accepted");
}

interface Opened {
  readonly path: string;
  readonly handle: FileHandle;
}

/** Opens the file under its final or its temporary name. */
async function openEither(path: string): Promise<Opened | undefined> {
  for (const candidate of [path + OPEN, path]) {
    try {
      return { path: candidate, handle: await open(candidate, (await isWritable(candidate)) ? "r+" : "r") };
    } catch (error) {
      if (!isCode(error, "ENOENT")) throw error;
    }
  }
  return undefined;
}

async function isWritable(path: string): Promise<boolean> {
  return ((await stat(path)).mode & 0o200) !== 0;
}
