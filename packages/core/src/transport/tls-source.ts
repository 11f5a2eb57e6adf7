import type { ConnectionOptions, SecureContext } from "node:tls";
import { createSecureContext } from "node:tls";
import type { TlsSettings } from "../connector/tls-settings.ts";
import { tlsFilesStamp, tlsOptions } from "./tls-files.ts";

/** The TLS settings of a destination, with what is in their files now. */
export interface TlsSource {
  /** For a new connection. Throws for files that are no good. */
  options(): ConnectionOptions;
  /** Changes once other files are there that can be used: until then connections that are open stay so. */
  stamp(): string;
}

interface Loaded {
  readonly stamp: string;
  readonly options: ConnectionOptions;
}

/** `lookMs` is the least time between two looks at the files while connections are open; a new one always looks. */
export function createTlsSource(tls: TlsSettings | undefined, lookMs: number): TlsSource {
  if (tls === undefined) return { options: () => ({}), stamp: () => "" };
  const settings = tls;
  let loaded: Loaded | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;

  function load(): Loaded {
    const stamp = tlsFilesStamp(settings);
    lookedAt = performance.now();
    if (loaded?.stamp === stamp) return loaded;
    const { rejectUnauthorized, ...pem } = tlsOptions(settings);
    const secureContext: SecureContext = createSecureContext(pem);
    loaded = { stamp, options: { rejectUnauthorized, secureContext } };
    return loaded;
  }

  return {
    options: () => load().options,
    stamp() {
      if (loaded !== undefined && performance.now() - lookedAt >= lookMs) {
        try {
          load();
        } catch {
          // Half of a change: a certificate is there, its key is not yet. The next new connection says so.
          lookedAt = performance.now();
        }
      }
      return loaded?.stamp ?? "";
    },
  };
}
