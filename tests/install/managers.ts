import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { installTool } from "./tools.ts";

/** A package manager as a stranger calls it. */
export interface Manager {
  readonly name: string;
  /** Its program, and the words before those of each call. */
  readonly program: readonly [string, ...string[]];
  readonly add: readonly string[];
  /** The installed command, from the deployment's folder. */
  readonly command: readonly [string, ...string[]];
  /** What it wants named that others install by themselves. */
  readonly peers: readonly string[];
  prepare?(folder: string, registry: string): void;
}

const COMMAND = "node_modules/.bin/arbitex-siem";

function npm(name: string, ...flags: readonly string[]): Manager {
  return { name, program: ["npm"], add: ["install", ...flags], command: [COMMAND], peers: [] };
}

function pnpm(): Manager {
  const program = join(installTool("pnpm", "12.21.0"), ".bin", "pnpm");
  return {
    name: "pnpm",
    program: [program],
    add: ["add", "--config.engine-strict=true"],
    command: [COMMAND],
    peers: [],
  };
}

function yarn1(): Manager {
  const script = join(installTool("yarn", "1.22.22"), "yarn", "bin", "yarn.js");
  return { name: "yarn 1", program: ["node", script], add: ["add"], command: [COMMAND], peers: [] };
}

function yarn4(): Manager {
  const script = join(installTool("@yarnpkg/cli-dist", "4.18.1"), "@yarnpkg", "cli-dist", "bin", "yarn.js");
  return {
    name: "yarn 4 PnP",
    program: ["node", script],
    add: ["add"],
    command: ["node", script, "arbitex-siem"],
    peers: ["@arbitex/core", "zod"],
    prepare(folder, registry) {
      // What is published here is a minute old, and only this registry is asked. Archives stay in the deployment, to be measured.
      const settings = [
        `npmRegistryServer: "${registry.replace(/\/$/, "")}"`,
        'unsafeHttpWhitelist: ["127.0.0.1"]',
        "npmMinimalAgeGate: 0",
        "enableTelemetry: false",
        "enableGlobalCache: false",
        "enableImmutableInstalls: false",
      ];
      writeFileSync(join(folder, ".yarnrc.yml"), `${settings.join("\n")}\n`);
      writeFileSync(join(folder, "yarn.lock"), "");
    },
  };
}

export const MANAGERS: Readonly<Record<string, () => Manager>> = {
  npm: () => npm("npm"),
  "npm strict": () => npm("npm strict", "--engine-strict"),
  pnpm,
  "yarn 1": yarn1,
  "yarn 4 PnP": yarn4,
};
