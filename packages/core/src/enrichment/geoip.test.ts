import { mkdtemp, rename, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MmdbOptions } from "../../test/mmdb.ts";
import { writeMmdb } from "../../test/mmdb.ts";
import { acceptText, createEventRecord } from "../delivery/intake/accept-event.ts";
import { defaultIntakeLimits } from "../delivery/intake/intake-rules.ts";
import type { OcsfEvent } from "../event/accepted-event.ts";
import { createEventBuilders } from "../ocsf/builders/event-builders.ts";
import { stringifyEvent } from "../ocsf/stringify-event.ts";
import { validateText } from "../ocsf/validate-text.ts";
import { silentLogger } from "../telemetry/logger.ts";
import type { Geoip, GeoipOptions } from "./geoip.ts";
import { openGeoip } from "./geoip.ts";

let folder: string;
let cityPath: string;
let anonymousPath: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "geoip-"));
  cityPath = join(folder, "city.mmdb");
  anonymousPath = join(folder, "anonymous.mmdb");
  await writeFile(cityPath, cityDatabase("Berlin"));
  await writeFile(anonymousPath, writeMmdb(anonymousDatabase));
});
afterEach(() => rm(folder, { recursive: true }));

function cityDatabase(name: string): Buffer {
  return writeMmdb({
    type: "GeoLite2-City",
    networks: {
      "203.0.113.0/24": {
        city: { names: { de: "x", en: name } },
        country: { iso_code: "DE", names: { en: "Germany" } },
        location: { latitude: 52, longitude: 13.405 },
      },
      "198.51.100.0/24": { country: { iso_code: "US" } },
      "2001:db8::/32": { country: { iso_code: "FR" } },
    },
  });
}

const anonymousDatabase: MmdbOptions = {
  type: "GeoIP2-Anonymous-IP",
  networks: {
    "203.0.113.0/25": { is_anonymous: true, is_tor_exit_node: true },
    "198.51.100.0/24": { is_anonymous: true, is_hosting_provider: true },
  },
};

function open(options: Partial<GeoipOptions> = {}): Promise<Geoip> {
  return openGeoip({ city: cityPath, anonymous: anonymousPath, logger: silentLogger, ...options });
}

function notInstalled(): Promise<never> {
  return Promise.reject(new Error("Cannot find package 'maxmind'"));
}

function from(source: object): OcsfEvent {
  return { class_uid: 6003, time: 1, metadata: { uid: "e" }, src_endpoint: source };
}

/** `src_endpoint` of an event once it has passed the intake, as it is written. */
function enriched({ enrich }: Geoip, event: OcsfEvent, now = 0): string {
  const acceptance = acceptText(stringifyEvent(event), now, { ...defaultIntakeLimits, enrich });
  if ("errors" in acceptance) throw new Error(JSON.stringify(acceptance.errors));
  return acceptance.record.json.split('"src_endpoint":')[1]?.slice(0, -1) ?? "";
}

describe("openGeoip", () => {
  it("fills in place and anonymity, floats as floats", async () => {
    const location = '{"country":"DE","city":"Berlin","lat":52.0,"long":13.405,"coordinates":[13.405,52.0]}';
    expect(enriched(await open(), from({ ip: "203.0.113.7" }))).toBe(
      `{"location":${location},"is_anonymous":true,"ip":"203.0.113.7"}`,
    );
  });

  it("counts VPN, proxy and Tor as anonymous, hosting and what the database does not list as not", async () => {
    const geoip = await open({ city: undefined });
    expect(enriched(geoip, from({ ip: "203.0.113.7" }))).toBe('{"is_anonymous":true,"ip":"203.0.113.7"}');
    expect(enriched(geoip, from({ ip: "198.51.100.7" }))).toBe('{"is_anonymous":false,"ip":"198.51.100.7"}');
    expect(enriched(geoip, from({ ip: "192.0.2.7" }))).toBe('{"is_anonymous":false,"ip":"192.0.2.7"}');
  });

  it.each([
    ["2001:db8::7", "FR"],
    ["::ffff:198.51.100.7", "US"],
  ])("finds the IPv6 address %s", async (ip, country) => {
    expect(enriched(await open({ anonymous: undefined }), from({ ip }))).toContain(`{"country":"${country}"}`);
  });

  it("does not look for an IPv6 address in a database of IPv4", async () => {
    const { networks, type } = anonymousDatabase;
    await writeFile(anonymousPath, writeMmdb({ type, networks, ipVersion: 4 }));
    const geoip = await open({ city: undefined });
    expect(enriched(geoip, from({ ip: "203.0.113.7" }))).toContain('"is_anonymous":true');
    expect(enriched(geoip, from({ ip: "cb00:7107::1" }))).toContain('"is_anonymous":false');
  });

  it.each([
    ["a place of its own", { ip: "203.0.113.7", location: { country: "US" } }],
    ["a city of its own", { ip: "203.0.113.7", location: { city: "München" } }],
    ["a location that is none", { ip: "203.0.113.7", location: "Berlin" }],
    ["no address", { hostname: "h" }],
    ["an address that is none", { ip: "localhost" }],
    ["an address that no database knows", { ip: "192.0.2.7" }],
  ])("leaves an event with %s as it is", async (_, source) => {
    expect(enriched(await open({ anonymous: undefined }), from(source))).toBe(JSON.stringify(source));
  });

  it("adds to a location that agrees, and keeps a point that is there", async () => {
    const geoip = await open({ anonymous: undefined });
    expect(enriched(geoip, from({ ip: "203.0.113.7", location: { country: "de", lat: 1.5, long: 2.5 } }))).toBe(
      '{"ip":"203.0.113.7","location":{"city":"Berlin","country":"de","lat":1.5,"long":2.5}}',
    );
  });

  it("does not overrule what the event says of anonymity, and takes null for nothing said", async () => {
    const geoip = await open({ city: undefined });
    expect(enriched(geoip, from({ ip: "203.0.113.7", is_anonymous: false }))).toContain('"is_anonymous":false');
    expect(enriched(geoip, from({ ip: "203.0.113.7", is_anonymous: null }))).toBe(
      '{"ip":"203.0.113.7","is_anonymous":true}',
    );
  });

  it("makes events that pass OCSF with the extension", async () => {
    const { enrich } = await open();
    const builders = createEventBuilders();
    const facts = { time: 1, source: { ip: "203.0.113.7" }, user: { uid: "u" } };
    for (const event of [builders.apiActivity({ ...facts, operation: "o" }), builders.authentication(facts)]) {
      const acceptance = acceptText(stringifyEvent(event), 0, { ...defaultIntakeLimits, enrich, validation: "full" });
      if ("errors" in acceptance) throw new Error(JSON.stringify(acceptance.errors));
      expect(acceptance.record.json).toContain('"lat":52.0');
      expect(validateText(acceptance.record.json, { schema: "extended" }).errors).toEqual([]);
    }
  });

  it("reads the flat layout, and IPv4 and IPv6 from files of their own", async () => {
    const flat = { country_code: "DE", city: "Berlin", latitude: 52.5, longitude: 13.4, state1: "Berlin" };
    const six = join(folder, "six.mmdb");
    await writeFile(cityPath, writeMmdb({ type: "city ipv4", ipVersion: 4, networks: { "203.0.113.0/24": flat } }));
    await writeFile(six, writeMmdb({ type: "city ipv6", networks: { "2001:db8::/32": { country_code: "FR" } } }));
    const geoip = await open({ city: [cityPath, six], anonymous: undefined });
    const berlin = '{"country":"DE","city":"Berlin","lat":52.5,"long":13.4,"coordinates":[13.4,52.5]}';
    expect(enriched(geoip, from({ ip: "203.0.113.7" }))).toContain(`{"location":${berlin}`);
    expect(enriched(geoip, from({ ip: "2001:db8::7" }))).toContain('{"country":"FR"}');
    expect(enriched(geoip, from({ ip: "192.0.2.7" }))).toBe('{"ip":"192.0.2.7"}');
  });

  it.each(["203.0.113.7:443", "[::ffff:203.0.113.7]:443", "::ffff:cb00:7107", "203.0.113.7, 10.0.0.1"])(
    "looks up the address in %s",
    async (ip) => {
      expect(enriched(await open({ anonymous: undefined }), from({ ip }))).toContain('"city":"Berlin"');
    },
  );

  it.each([
    ["neither layout", "x", { "203.0.113.0/24": { asn: "AS1", isp: "i" } }, "its records have asn, isp"],
    ["no records", "City", {}, "it has no records"],
  ])("refuses to start with a database of %s", async (_, type, networks, reason) => {
    await writeFile(cityPath, writeMmdb({ type, networks }));
    await expect(open({ anonymous: undefined })).rejects.toThrow(reason);
  });

  it("finds records in a tree of either version, from both of its ends", async () => {
    for (const network of ["0.0.0.0/1", "255.255.255.0/24", "203.0.113.7/32"]) {
      await writeFile(
        cityPath,
        writeMmdb({ type: "c", ipVersion: 4, networks: { [network]: { country_code: "DE" } } }),
      );
      await open({ anonymous: undefined });
    }
    for (const network of ["2001:db8::/32", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", "8000::/1"]) {
      await writeFile(cityPath, writeMmdb({ type: "c", networks: { [network]: { country_code: "DE" } } }));
      await open({ anonymous: undefined });
    }
  });

  it("says how to get the package that reads databases", async () => {
    await expect(open({ loadMaxmind: notInstalled })).rejects.toMatchObject({
      code: "SIEM_GEOIP_PACKAGE",
      message: expect.stringContaining("npm install maxmind"),
    });
  });

  it.each([
    ["is missing", () => rm(cityPath)],
    ["is empty", () => writeFile(cityPath, "")],
    ["is only half there", () => truncate(cityPath, 300)],
    ["is of another kind", () => rename(anonymousPath, cityPath)],
  ])("refuses to start with a database that %s", async (_, spoil) => {
    await spoil();
    await expect(open({ anonymous: undefined })).rejects.toMatchObject({
      code: "SIEM_GEOIP_DATABASE",
      message: expect.stringContaining(cityPath),
    });
  });

  it("refuses a City database where anonymity is asked for", async () => {
    await expect(open({ anonymous: cityPath })).rejects.toThrow("of type GeoLite2-City");
  });
});

describe("a GeoIP database whose file changes", () => {
  const event = from({ ip: "203.0.113.7" });

  /** Publishes one event at each of the times, and lets looks at the file end in between. */
  async function look(geoip: Geoip, ...times: readonly number[]): Promise<string> {
    let last = "";
    for (const time of times) {
      last = enriched(geoip, event, time);
      await geoip.idle();
    }
    return last;
  }

  it("is taken once two looks have found the file the same", async () => {
    const geoip = await open();
    expect(await look(geoip, 0)).toContain("Berlin");
    await writeFile(cityPath, cityDatabase("Potsdam"));
    expect(await look(geoip, 9_000, 10_000, 11_000)).toContain("Berlin");
    expect(await look(geoip, 20_000, 20_001)).toContain("Potsdam");
  });

  it("is not taken while the file still changes", async () => {
    const geoip = await open();
    await look(geoip, 0);
    await writeFile(cityPath, cityDatabase("Potsdam"));
    await look(geoip, 10_000);
    await utimes(cityPath, 1, 1);
    expect(await look(geoip, 20_000, 20_001)).toContain("Berlin");
    expect(await look(geoip, 30_000, 30_001)).toContain("Potsdam");
  });

  it.each([
    ["a file that stays half written", () => truncate(cityPath, 300)],
    ["a file that is gone", () => rm(cityPath)],
  ])("stays in use beside %s, with one warning, and is replaced by the next whole one", async (_, spoil) => {
    const warnings: object[] = [];
    const geoip = await open({ logger: { ...silentLogger, warn: (facts) => void warnings.push(facts) } });
    await look(geoip, 0);
    await spoil();
    expect(await look(geoip, 10_000, 20_000, 30_000, 40_000)).toContain("Berlin");
    expect(warnings).toMatchObject([{ path: cityPath }]);
    await writeFile(cityPath, cityDatabase("Potsdam"));
    expect(await look(geoip, 50_000, 60_000, 60_001)).toContain("Potsdam");
  });

  it("does not make an event that comes later differ from one that came before, without a change", async () => {
    const geoip = await open();
    expect(await look(geoip, 0)).toBe(await look(geoip, 100_000, 200_000));
  });
});

describe("a host without databases", () => {
  it("changes no event", () => {
    expect(createEventRecord(from({ ip: "203.0.113.7" })).event()).toEqual(from({ ip: "203.0.113.7" }));
  });
});
