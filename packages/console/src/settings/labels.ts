/** Words that are written in another way than in a key. */
const WRITTEN: Readonly<Record<string, string>> = {
  api: "API",
  url: "URL",
  uri: "URI",
  id: "ID",
  tls: "TLS",
  ca: "CA",
  dcr: "DCR",
  http: "HTTP",
  https: "HTTPS",
  arn: "ARN",
  sts: "STS",
  ip: "IP",
  max: "maximum",
  min: "minimum",
  auth: "authentication",
};

/** A setting's key made readable: `dcr_immutable_id` is "DCR immutable ID". */
export function labelOf(key: string): string {
  const words = key
    .split(/[_-]+/)
    .filter((word) => word !== "")
    .map((word) => WRITTEN[word] ?? word);
  const text = words.join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
