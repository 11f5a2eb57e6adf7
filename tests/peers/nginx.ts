import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import type { Authority } from "../certificates.ts";
import { receiverFiles } from "./syslog/receiver-files.ts";
import { freePort, startReceiver } from "./syslog/receiver-process.ts";

export interface NginxOptions {
  /** Its certificate is of this authority, and so must be its clients'. */
  readonly authority: Authority;
  /** Base URL of what stands behind it. */
  readonly target: string;
}

/** A real nginx on loopback that wants a client certificate, before something else. */
export interface Nginx {
  readonly port: number;
  /** Statuses that it has answered with, in order. */
  statuses(): Promise<readonly number[]>;
  /** From now on it wants no client certificate. */
  openUp(): Promise<void>;
  remove(): Promise<void>;
}

const COMMAND = "/usr/sbin/nginx";
const PACKAGES = "apt-get install -y --no-install-recommends nginx-light";

/** Throws, saying what is missing, when nginx is not on this machine. */
export async function startNginx({ authority, target }: NginxOptions): Promise<Nginx> {
  if (!existsSync(COMMAND)) {
    throw new Error(`NOTHING WAS TESTED against nginx, which is not on this machine. Run: ${PACKAGES}`);
  }
  const { folder, path } = await receiverFiles("nginx", authority);
  const port = await freePort();
  const config = (verify: "on" | "off") => `
daemon off;
pid ${path("nginx.pid")};
error_log ${path("error.log")};
events {}
http {
  log_format status "$status";
  access_log ${path("access.log")} status;
  client_body_temp_path ${folder};
  proxy_temp_path ${folder};
  fastcgi_temp_path ${folder};
  uwsgi_temp_path ${folder};
  scgi_temp_path ${folder};
  client_max_body_size 100m;
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${path("cert.pem")};
    ssl_certificate_key ${path("key.pem")};
    ssl_client_certificate ${path("ca.pem")};
    ssl_verify_client ${verify};
    location / { proxy_pass ${target}; }
  }
}
`;
  await writeFile(path("nginx.conf"), config("on"));
  const args = ["-e", path("error.log"), "-c", path("nginx.conf")];
  const running = await startReceiver({ command: COMMAND, args, port, file: path("access.log"), folder });
  return {
    port,
    statuses: async () => (await running.lines()).map(Number),
    async openUp() {
      await writeFile(path("nginx.conf"), config("off"));
      process.kill(Number(await readFile(path("nginx.pid"), "utf8")), "SIGHUP");
    },
    async remove() {
      // Killed at once, it would leave its workers behind.
      await running.kill("SIGTERM");
      await running.remove();
    },
  };
}
