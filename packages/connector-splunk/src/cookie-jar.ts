/** The cookies of one channel, so that a sticky load balancer leads every request of it to the same indexer. */
export interface CookieJar {
  /** Takes the `set-cookie` header of a reply. */
  store(setCookie: string | readonly string[] | undefined): void;
  /** The `cookie` header for a request; undefined while there is none. */
  header(): string | undefined;
}

/** Names and values only: all requests go to one host, and a channel does not outlive its cookies by much. */
export function createCookieJar(): CookieJar {
  const values = new Map<string, string>();
  let header: string | undefined;
  return {
    store(setCookie) {
      if (setCookie === undefined) return;
      for (const cookie of typeof setCookie === "string" ? [setCookie] : setCookie) {
        const [pair = ""] = cookie.split(";", 1);
        const equals = pair.indexOf("=");
        if (equals > 0) values.set(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim());
      }
      header = values.size === 0 ? undefined : Array.from(values, ([name, value]) => `${name}=${value}`).join("; ");
    },
    header: () => header,
  };
}
