import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What package managers need to see one registry and nothing of this machine's own settings, cache or home. */
export function npmEnvironment(folder: string, registry: string): Record<string, string> {
  mkdirSync(folder, { recursive: true });
  const userconfig = join(folder, "npmrc");
  // Anyone may publish there, but npm does not publish without a token.
  writeFileSync(userconfig, `registry=${registry}\n//${new URL(registry).host}/:_authToken=anyone\n`);
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    CI: "true",
    NO_COLOR: "1",
    npm_config_userconfig: userconfig,
    npm_config_globalconfig: join(folder, "no-global-npmrc"),
    npm_config_registry: registry,
    npm_config_cache: join(folder, "npm-cache"),
    npm_config_prefix: join(folder, "global"),
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
  };
}
