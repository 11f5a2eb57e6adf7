/** Target of a connection, as the guard sees it. */
export interface GuardTarget {
  /** `https:` or `http:`; `tls:` or `tcp:` for other protocols. */
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
}

/** Builds the target from a URL or from undici's connect options, in which the default port is an empty text. */
export function targetOf(url: {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
}): GuardTarget {
  const usual = url.protocol === "http:" ? 80 : 443;
  return { protocol: url.protocol, host: url.hostname, port: url.port === "" ? usual : Number(url.port) };
}
