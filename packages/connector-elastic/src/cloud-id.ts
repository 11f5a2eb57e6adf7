/**
 * Returns the Elasticsearch URL of a Cloud ID, `name:base64("domain[:port]$elasticsearch[:port]$kibana")`; undefined
 * for anything else. The name may hold colons, base64 cannot: the last colon separates them.
 */
export function cloudIdUrl(cloudId: string): string | undefined {
  const encoded = cloudId.slice(cloudId.lastIndexOf(":") + 1);
  const [domain = "", deployment = ""] = Buffer.from(encoded, "base64").toString("utf8").split("$");
  const [host = "", domainPort] = domain.split(":");
  const [id = "", ownPort] = deployment.split(":");
  if (!isHostName(host) || !isHostName(id)) return undefined;
  const port = ownPort ?? domainPort;
  const url = `https://${id}.${host}${port === undefined ? "" : `:${port}`}`;
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

/** Node decodes any text as base64, but wrong input hardly ever gives a host name. */
function isHostName(text: string): boolean {
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(text);
}
