import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { testCertificates } from "@arbitex/simulators";
import type { CaFile } from "../schedule/schedule.ts";

/** The file that destinations name as `tls_ca`. */
export function caFile(folder: string): string {
  return join(folderOf(folder), "ca.pem");
}

/** Puts a certificate into the file: one that has signed nothing, or the right one. */
export async function writeCaFile(folder: string, which: CaFile): Promise<void> {
  const path = caFile(folder);
  const { ca, client } = testCertificates;
  await mkdir(folderOf(folder), { recursive: true });
  await writeFile(`${path}.new`, which === "right" ? ca : client.cert);
  await rename(`${path}.new`, path);
}

/** Puts a file into the place of the certificates' folder; the returned function brings the folder back. */
export async function hideCaFile(folder: string): Promise<() => Promise<void>> {
  const path = folderOf(folder);
  await rename(path, `${path}.away`);
  await writeFile(path, "");
  return async () => {
    await rm(path);
    await rename(`${path}.away`, path);
  };
}

function folderOf(folder: string): string {
  return join(folder, "certificates");
}
