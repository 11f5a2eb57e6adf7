import { isIP } from "node:net";
import type { Enrich } from "../delivery/intake/intake-rules.ts";
import { SiemError } from "../errors.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Database, DatabaseFile } from "./database-file.ts";
import { openDatabaseFile } from "./database-file.ts";
import { sampleRecords } from "./sample-records.ts";
import type { SourceFacts } from "./source-facts.ts";
import { isAnonymityRecord, isAnonymous, isPlace, placeOf } from "./source-facts.ts";
import { sourceAddress, sourcePatch } from "./source-patch.ts";

/** GeoIP databases in MaxMind's format; either may be absent. Of several files, the first with an answer counts. */
export interface GeoipPaths {
  /** Path of a City or Country database; or several, such as one each for IPv4 and IPv6. */
  readonly city?: string | readonly string[] | undefined;
  /** Path of an Anonymous IP database, or several. */
  readonly anonymous?: string | readonly string[] | undefined;
}

export interface GeoipOptions extends GeoipPaths {
  readonly logger: Logger;
  readonly loadMaxmind?: () => Promise<Maxmind>;
}

/** The used part of the `maxmind` package. */
export interface Maxmind {
  readonly Reader: new (bytes: Buffer) => Database;
}

/** Adds the location of an event's source and whether it is anonymous. */
export interface Geoip {
  readonly enrich: Enrich;
  /** Resolves when no reload is under way. */
  readonly idle: () => Promise<void>;
}

const MOST_REMEMBERED = 10_000;

/** Opens the databases. Throws if the package `maxmind` is not installed or a file is not a database of its kind. */
export async function openGeoip({
  city,
  anonymous,
  logger,
  loadMaxmind = importMaxmind,
}: GeoipOptions): Promise<Geoip> {
  const { Reader } = await loadMaxmind().catch((cause: unknown) => {
    const message = "GeoIP enrichment needs the package maxmind, which is not installed: npm install maxmind";
    throw new SiemError("SIEM_GEOIP_PACKAGE", message, { cause });
  });
  const remembered = new Map<string, SourceFacts>();
  const onReload = () => remembered.clear();
  const open = (paths: string | readonly string[] = [], kind: Kind): Promise<readonly DatabaseFile[]> => {
    const parse = (bytes: Buffer) => checked(new Reader(bytes), bytes, kind);
    const files = [paths].flat().map((path) => openDatabaseFile({ path, logger, onReload, parse }));
    return Promise.all(files);
  };
  const places = await open(city, "city");
  const anonymity = await open(anonymous, "anonymous");
  const files = [...places, ...anonymity];

  function factsOf(address: string): SourceFacts {
    let facts = remembered.get(address);
    if (facts !== undefined) return facts;
    facts = {
      ...placeOf(recordOf(places, address)),
      isAnonymous: anonymity.length === 0 ? undefined : isAnonymous(recordOf(anonymity, address)),
    };
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(address, facts);
    return facts;
  }

  return {
    enrich(event, now) {
      for (const file of files) file.refresh(now);
      const address = sourceAddress(event);
      return address === undefined ? undefined : sourcePatch(event, factsOf(address));
    },
    async idle() {
      for (const file of files) await file.idle();
    },
  };
}

/** Imported on demand: only users of a database need the package. */
function importMaxmind(): Promise<Maxmind> {
  return import("maxmind");
}

type Kind = "city" | "anonymous";

/** Checks a database's kind by its records, not by its name. */
function checked(database: Database, bytes: Buffer, kind: Kind): Database {
  const records = sampleRecords(database, bytes);
  if (records.some(kind === "city" ? isPlace : isAnonymityRecord)) return database;
  const { databaseType } = database.metadata;
  const wanted =
    kind === "anonymous"
      ? "an Anonymous IP database (is_anonymous_vpn, …)"
      : "a City or Country database (country.iso_code, …, or flat: country_code, city, latitude, longitude)";
  const fields = [...new Set(records.flatMap((record) => Object.keys(record ?? {})))].slice(0, 10).join(", ");
  throw new TypeError(
    `it is of type ${databaseType}, ${fields === "" ? "it has no records" : `its records have ${fields}`}, and ${wanted} is wanted here`,
  );
}

/** Returns the record of the first database that has one. Corrupt data must not refuse an event. */
function recordOf(files: readonly DatabaseFile[], address: string): unknown {
  for (const file of files) {
    try {
      const record = recordAt(file.current(), address);
      if (record !== undefined && record !== null) return record;
    } catch {
      // Try the next file.
    }
  }
  return undefined;
}

function recordAt(database: Database, address: string): unknown {
  // An IPv4 tree, walked with an IPv6 address, would give a wrong answer.
  return database.metadata.ipVersion === 4 && isIP(address) === 6 ? undefined : database.get(address);
}
