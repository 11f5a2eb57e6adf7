import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface DeploymentFolder {
  readonly path: string;
  write(file: string, content: string | object): Promise<void>;
  /** Installs a connector package; `manifest` and `module` replace what a good one has. */
  install(name: string, options?: { manifest?: object; module?: string; type?: string }): Promise<void>;
  remove(): Promise<void>;
}

/** A folder with a `package.json` and installed packages, as a user's deployment has it. */
export async function createDeploymentFolder(): Promise<DeploymentFolder> {
  const path = await mkdtemp(join(tmpdir(), "deployment-"));
  const dependencies: Record<string, string> = {};

  async function write(file: string, content: string | object): Promise<void> {
    await mkdir(dirname(join(path, file)), { recursive: true });
    await writeFile(join(path, file), typeof content === "string" ? content : JSON.stringify(content));
  }

  await write("package.json", { name: "deployment", dependencies });
  return {
    path,
    write,
    async install(name, { manifest = {}, module, type = "acme_log" } = {}) {
      dependencies[name] = "1.0.0";
      await write("package.json", { name: "deployment", dependencies });
      await write(`node_modules/${name}/package.json`, {
        name,
        version: "1.2.3",
        type: "module",
        arbitexConnector: { apiVersion: 1, type, entry: "./index.js" },
        ...manifest,
      });
      await write(`node_modules/${name}/index.js`, module ?? connectorModule(type));
    },
    remove: () => rm(path, { recursive: true }),
  };
}

/** A small connector; zod is named by its place, for the folder has no `node_modules` to find it in. */
export function connectorModule(type: string, prefix = "ACME"): string {
  return `
    import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
    export default {
      apiVersion: 1, type: ${JSON.stringify(type)}, displayName: "Acme", guarantee: "accepted", envPrefix: ${JSON.stringify(prefix)},
      configSchema: z.strictObject({
        url: z.string().min(1).meta({ description: "Where to." }),
        token: z.string().optional(),
        port: z.int().default(1),
        verify: z.boolean().default(true),
        index: z.string().default("main"),
      }),
      limits: { maxBatchBytes: 1000 }, framing: { contentType: "application/json" },
      open: () => ({ encode: (record) => record.json, send: async () => ({ kind: "accepted" }) }),
    };`;
}
