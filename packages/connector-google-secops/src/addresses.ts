/** The settings that make an address. */
interface Target {
  readonly url?: string | undefined;
  readonly project_id: string;
  readonly region: string;
  readonly instance_id: string;
  readonly log_type: string;
}

/** Returns the import address of this log type: `logTypes.logs.import` of the Chronicle API, version 1. */
export function importUrl({ url, project_id, region, instance_id, log_type }: Target): URL {
  // The endpoint of the instance's region, so that events never leave it.
  const base = url?.replace(/\/+$/, "") ?? `https://chronicle.${region}.rep.googleapis.com`;
  return new URL(`${base}/v1/${instanceName({ project_id, region, instance_id })}/logTypes/${log_type}/logs:import`);
}

/** Returns the resource name of a forwarder, which may be given by its id alone. */
export function forwarderName(config: Target & { readonly forwarder?: string | undefined }): string | undefined {
  const { forwarder } = config;
  if (forwarder === undefined || forwarder.includes("/")) return forwarder;
  return `${instanceName(config)}/forwarders/${forwarder}`;
}

function instanceName({ project_id, region, instance_id }: Omit<Target, "url" | "log_type">): string {
  return `projects/${project_id}/locations/${region}/instances/${instance_id}`;
}

/** Returns what is wrong with an address; undefined if nothing is. Never repeats it, since it may hold a secret. */
export function addressProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    return "must begin with https:// (or http://) and name a host, such as https://us-chronicle.googleapis.com";
  }
  if (url.username !== "" || url.password !== "") return "must not hold a user name or password";
  if (url.search !== "" || url.hash !== "") return "must end before the ? or #";
  return undefined;
}
