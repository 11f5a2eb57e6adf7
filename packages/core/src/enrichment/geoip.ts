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

/** Files of MaxMind's format; either may be missing. Several files stand in for one another: the first that answers counts. */
export interface GeoipPaths {
  /** A City database, or a Country one; or several, where IPv4 and IPv6 are in files of their own. */
  readonly city?: string | readonly string[] | undefined;
  /** An Anonymous IP database, or several. */
  readonly anonymous?: string | readonly string[] | undefined;
}

export interface GeoipOptions extends GeoipPaths {
  readonly logger: Logger;
  readonly loadMaxmind?: () => Promise<Maxmind>;
}

/** The part of the `maxmind` package that is used here. */
export interface Maxmind {
  readonly Reader: new (bytes: Buffer) => Database;
}

/** Fills in where an event's source is, and whether it is anonymous. */
export interface Geoip {
  readonly enrich: Enrich;
  /** Resolves when no look at a file is under way. */
  readonly idle: () => Promise<void>;
}

const MOST_REMEMBERED = 10_000;

/** Opens the databases. Throws when the package `maxmind` is not installed, or a file is no database of its kind. */
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

/** Only who has a database needs the package. */
function importMaxmind(): Promise<Maxmind> {
  return import("maxmind");
}

type Kind = "city" | "anonymous";

/** A database that is of the kind that its setting asks for: by what its records say, not by what it is called. */
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

/** The record of the first database that has one. A corrupt spot of a file must not refuse an event. */
function recordOf(files: readonly DatabaseFile[], address: string): unknown {
  for (const file of files) {
    try {
      const record = recordAt(file.current(), address);
      if (record !== undefined && record !== null) return record;
    } catch {
      // The next file may know.
    }
  }
  return undefined;
}

function recordAt(database: Database, address: string): unknown {
  // A tree of IPv4 addresses would be walked by the wrong bits, and answer.
  return database.metadata.ipVersion === 4 && isIP(address) === 6 ? undefined : database.get(address);
}
