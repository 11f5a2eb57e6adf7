import { isIP } from "node:net";
import type { Enrich } from "../delivery/door.ts";
import { SiemError } from "../errors.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Database, DatabaseFile } from "./database-file.ts";
import { openDatabaseFile } from "./database-file.ts";
import type { SourceFacts } from "./source-facts.ts";
import { isAnonymous, placeOf } from "./source-facts.ts";
import { sourceAddress, sourcePatch } from "./source-patch.ts";

/** Files of MaxMind's format; either may be missing. */
export interface GeoipPaths {
  /** A City database, or a Country one. */
  readonly city?: string | undefined;
  /** An Anonymous IP database. */
  readonly anonymous?: string | undefined;
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
  const open = async (path: string | undefined, kind: Kind): Promise<DatabaseFile | undefined> => {
    if (path === undefined) return undefined;
    return openDatabaseFile({ path, logger, onReload, parse: (bytes) => checked(new Reader(bytes), kind) });
  };
  const places = await open(city, "city");
  const anonymity = await open(anonymous, "anonymous");

  function factsOf(address: string): SourceFacts {
    let facts = remembered.get(address);
    if (facts !== undefined) return facts;
    facts = {
      ...placeOf(recordOf(places, address)),
      isAnonymous: anonymity === undefined ? undefined : isAnonymous(recordOf(anonymity, address)),
    };
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(address, facts);
    return facts;
  }

  return {
    enrich(event, now) {
      places?.refresh(now);
      anonymity?.refresh(now);
      const address = sourceAddress(event);
      return address === undefined || isIP(address) === 0 ? undefined : sourcePatch(event, factsOf(address));
    },
    async idle() {
      await places?.idle();
      await anonymity?.idle();
    },
  };
}

/** Only who has a database needs the package. */
function importMaxmind(): Promise<Maxmind> {
  return import("maxmind");
}

type Kind = "city" | "anonymous";

/** A database that was whole enough to answer, and is of the kind that its setting asks for. */
function checked(database: Database, kind: Kind): Database {
  const { databaseType } = database.metadata;
  for (const address of ["192.0.2.1", "2001:db8::1"]) recordAt(database, address);
  const isKind =
    kind === "anonymous" ? /anonym/i.test(databaseType) : !/anonym|asn|isp|domain|connection/i.test(databaseType);
  if (isKind) return database;
  const wanted = kind === "anonymous" ? "an Anonymous IP database" : "a City or Country database";
  throw new TypeError(`it is of type ${databaseType}, and ${wanted} is wanted here`);
}

/** A corrupt spot of the file must not refuse an event. */
function recordOf(file: DatabaseFile | undefined, address: string): unknown {
  try {
    return file === undefined ? undefined : recordAt(file.current(), address);
  } catch {
    return undefined;
  }
}

function recordAt(database: Database, address: string): unknown {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  // A tree of IPv4 addresses would be walked by the wrong bits, and answer.
  return database.metadata.ipVersion === 4 && isIP(plain) === 6 ? undefined : database.get(plain);
}
