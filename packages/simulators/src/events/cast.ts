import type { Random } from "./random.ts";
import { integer, pick, uuid7 } from "./random.ts";

/** A person in the events, with the place they work from. */
export interface Person {
  readonly user: {
    readonly uid: string;
    /** The display name, as the platform documents it, although OCSF means a login name. */
    readonly name: string;
    readonly email_addr: string;
  };
  readonly org: Organization;
  readonly location: Location;
  readonly network: string;
  readonly userAgent: string;
}

interface Organization {
  readonly uid: string;
  readonly name: string;
}

interface Location {
  readonly country: string;
  readonly city: string;
  readonly lat: number;
  readonly long: number;
}

const PEOPLE_PER_ORGANIZATION = 24;
const ORGANIZATION_NAMES = ["Acme Health", "Nordlicht Versicherung AG", "株式会社みどり銀行", "Banco São Jorge"];
const GIVEN_NAMES = [
  "Amara",
  "Zoë",
  "Jürgen",
  "Léa",
  "Tomasz",
  "Priya",
  "Søren",
  "Ivana",
  "Noah",
  "Mei",
  "Óscar",
  "Ruth",
];
const FAMILY_NAMES = [
  "Okafor",
  "Müller",
  "Nowak",
  "Lefèvre",
  "Sharma",
  "Østergård",
  "García",
  "Tanaka",
  "Smith",
  "Novák",
];
const USER_AGENTS = ["Arbitex-Portal/2.8 (Firefox 140)", "openai-python/1.97.1", "arbitex-sdk-js/2.4.0", "curl/8.14.1"];

// No coordinate is a whole number: JSON.stringify would write 51.0 as 51, which OCSF does not accept as a float.
const PLACES: readonly (Location & { readonly network: string })[] = [
  { country: "US", city: "Chicago", lat: 41.8781, long: -87.6298, network: "198.51.100" },
  { country: "DE", city: "München", lat: 48.1351, long: 11.582, network: "203.0.113" },
  { country: "BR", city: "São Paulo", lat: -23.5505, long: -46.6333, network: "192.0.2" },
  { country: "JP", city: "東京", lat: 35.6895, long: 139.6917, network: "198.51.100" },
  { country: "PL", city: "Łódź", lat: 51.7592, long: 19.456, network: "203.0.113" },
  { country: "GB", city: "London", lat: 51.5074, long: -0.1278, network: "2001:db8:51:7" },
];

/** The people of all organisations. They are created once and shared by the events, which makes an event cheap. */
export function createCast(random: Random, orgIds: readonly string[]): readonly Person[] {
  return orgIds.flatMap((uid, index) => {
    const name = ORGANIZATION_NAMES[index % ORGANIZATION_NAMES.length] ?? uid;
    const org: Organization = { uid, name };
    const domain = `org${index + 1}.example.com`;
    return Array.from({ length: PEOPLE_PER_ORGANIZATION }, () => createPerson(random, org, domain));
  });
}

function createPerson(random: Random, org: Organization, domain: string): Person {
  const given = pick(random, GIVEN_NAMES);
  const family = pick(random, FAMILY_NAMES);
  const { network, ...place } = pick(random, PLACES);
  return {
    user: {
      uid: uuid7(random, Date.UTC(2025, integer(random, 0, 11), 1)),
      name: `${given} ${family}`,
      email_addr: `${plain(given)}.${plain(family)}${integer(random, 1, 99)}@${domain}`,
    },
    org,
    location: place,
    network,
    userAgent: pick(random, USER_AGENTS),
  };
}

/** A name as written in an address: lower case without accents. */
function plain(name: string): string {
  return name
    .normalize("NFD")
    .replaceAll(/\p{Diacritic}/gu, "")
    .replaceAll("Ø", "O")
    .replaceAll("ø", "o")
    .toLowerCase();
}
