import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Authority } from "../../certificates.ts";

export interface ReceiverFiles {
  readonly folder: string;
  /** A path in the folder. */
  readonly path: (name: string) => string;
}

/** A folder with a server's certificate `cert.pem`, its key `key.pem`, and the authority `ca.pem` that clients must be of. */
export async function receiverFiles(name: string, authority: Authority): Promise<ReceiverFiles> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  // A receiver may give up its rights as root, and must still write here.
  await chmod(folder, 0o755);
  const path = (file: string) => join(folder, file);
  const server = await authority.issue({ name, usage: "server" });
  await writeFile(path("ca.pem"), authority.cert);
  await writeFile(path("cert.pem"), server.cert);
  await writeFile(path("key.pem"), server.key);
  return { folder, path };
}
