import type { ConnectionOptions, SecureContext } from "node:tls";
import { createSecureContext } from "node:tls";
import type { TlsSettings } from "../connector/tls-settings.ts";
import { tlsFilesStamp, tlsOptions } from "./tls-files.ts";

/** TLS settings of a destination with the current content of their files. */
export interface TlsSource {
  /** Returns the options of a new connection. Throws for invalid files. */
  options(): ConnectionOptions;
  /** Changes once new, valid files are present. Open connections stay until then. */
  stamp(): string;
}

interface Loaded {
  readonly stamp: string;
  readonly options: ConnectionOptions;
}

/**
 * Creates the TLS source. `lookMs` is the least time between two checks of the files while connections are open; a new
 * connection always checks.
 */
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
    const secureContext = Object.keys(pem).length === 0 ? contextOfAll() : createSecureContext(pem);
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
          // A change may be half done: the certificate is new, its key is not. The next new connection reports it.
          lookedAt = performance.now();
        }
      }
      return loaded?.stamp ?? "";
    },
  };
}

/** For destinations without certificates of their own: a context takes 17 kB outside the heap. */
let shared: SecureContext | undefined;

function contextOfAll(): SecureContext {
  shared ??= createSecureContext();
  return shared;
}
