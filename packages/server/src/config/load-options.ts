import type { Environment } from "./file-variables.ts";

/** Where a configuration is read from. */
export interface LoadOptions {
  readonly environment: Environment;
  /** Searched for `siem.config.yaml`, and the base of relative paths. */
  readonly workingFolder: string;
  /** Takes precedence over `SIEM_CONFIG`. */
  readonly configPath?: string;
  /**
   * Folder of the deployment's `package.json`. Takes precedence over `SIEM_ROOT`. Without either, it is searched for.
   */
  readonly root?: string;
  /** Install folder of the running command: the last place to search for a deployment. */
  readonly commandFolder?: string | undefined;
}
