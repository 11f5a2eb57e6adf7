/** Cookies of one channel, by which a sticky load balancer sends all its requests to one indexer. */
export interface CookieJar {
  /** Stores the `set-cookie` header of a reply. */
  store(setCookie: string | readonly string[] | undefined): void;
  /** Returns the `cookie` header of a request; undefined if there is none. */
  header(): string | undefined;
}

/**
 * Creates a cookie jar of names and values only: all requests go to one host, and a channel does not outlive its
 * cookies by much.
 */
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
