import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { testCertificates } from "@arbitex/testkit";

/** The file that destinations name as `tls_ca`. */
export function caFile(folder: string): string {
  return join(folder, "ca.pem");
}

/** Puts a certificate into the file: one that has signed nothing, or the right one. */
export async function writeCaFile(folder: string, which: "wrong" | "right"): Promise<void> {
  const path = caFile(folder);
  const { ca, client } = testCertificates;
  await writeFile(`${path}.new`, which === "right" ? ca : client.cert);
  await rename(`${path}.new`, path);
}
