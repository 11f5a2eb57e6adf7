/** What a connection is to be opened to. */
export interface GuardTarget {
  /** `https:`, `http:`, or `tls:` and `tcp:` for what is not HTTP. */
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
}

/** The target of a URL, or of what undici makes of one: the usual port stands there as an empty text. */
export function targetOf(url: {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
}): GuardTarget {
  const usual = url.protocol === "http:" ? 80 : 443;
  return { protocol: url.protocol, host: url.hostname, port: url.port === "" ? usual : Number(url.port) };
}
