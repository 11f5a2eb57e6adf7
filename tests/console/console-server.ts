import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { run, start } from "../server/command.ts";
import { samplePackage } from "../verify/sample-package.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** The organisation of `orgToken`. */
export const TOKEN_ORG = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0d0001";

const OFFICIAL = ["splunk", "elastic", "sentinel", "datadog", "sumo", "qradar", "xsiam"];

export interface ConsoleServer {
  readonly origin: string;
  readonly adminToken: string;
  readonly orgToken: string;
  readonly close: () => Promise<void>;
}

/** The real server as its command starts it, with the seven SIEMs' connectors and a stranger's one. */
export async function startConsoleServer(refusing: string): Promise<ConsoleServer> {
  const folder = mkdtempSync(join(tmpdir(), "console-"));
  writeStrangersConnector(join(folder, "acme"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const connectors = [...OFFICIAL.map((name) => `@arbitex/connector-${name}`), join(folder, "acme")];
  const egress = { allow: ["127.0.0.0/8"], ports: ["1-65535"], plain_http: true };
  const config = join(folder, "siem.config.json");
  writeFileSync(config, JSON.stringify({ connectors, egress, destinations: [globalDestination(refusing)] }));
  const environment = {
    SIEM_CONFIG: config,
    SIEM_DATABASE_PATH: join(folder, "database"),
    SIEM_QUEUE: "disk",
    SIEM_QUEUE_PATH: join(folder, "queue"),
    SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
    FERNET_KEY: Buffer.alloc(32, 7).toString("base64").replaceAll("+", "-").replaceAll("/", "_"),
  };
  const adminToken = await tokenOf("admin", environment);
  const orgToken = await tokenOf(`org:${TOKEN_ORG}`, environment);
  const server = start(["run", "--port", "0", "--root", ROOT], environment);
  const [, origin = ""] = await server.says(/Listening on (http:\S+)/);
  return {
    origin,
    adminToken,
    orgToken,
    async close() {
      server.process.kill("SIGKILL");
      await server.finished;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Gets only what tests mean for it, whatever organisation it is of. */
export const FOR_GLOBAL = "meant for the global destination";

function globalDestination(url: string) {
  return {
    id: "company-wide",
    type: "splunk_hec",
    config: { url, token: "11111111-2222-3333-4444-555555555555" },
    filter: { cel: `message == "${FOR_GLOBAL}"` },
    delivery: { flush_interval: 1 },
  };
}

async function tokenOf(scope: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const words = ["tokens", "create", "--scope", scope, "--name", `the tests' ${scope.split(":")[0]} token`, "--json"];
  const { exitCode, stdout, stderr } = await run(words, environment);
  if (exitCode !== 0) throw new Error(`no token was made: ${stdout}${stderr}`);
  return JSON.parse(stdout).token;
}

/** The connector of the README's first page, as a stranger's package. */
function writeStrangersConnector(folder: string): void {
  for (const [name, content] of Object.entries(samplePackage)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}
