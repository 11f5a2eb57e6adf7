import type { Person } from "./cast.ts";
import type { Random } from "./random.ts";
import { integer } from "./random.ts";

/** The inputs of one event: time, person and randomness. */
export interface EventMoment {
  readonly random: Random;
  readonly time: number;
  readonly uid: string;
  readonly person: Person;
}

const EXTENSIONS = [{ name: "arbitex", uid: "988", version: "1.0.0" }];
const PRODUCT = { name: "Arbitex", vendor_name: "Arbitex" };

export function metadata({ uid, person }: EventMoment) {
  return { version: "1.1.0", uid, product: PRODUCT, tenant_uid: person.org.uid, extensions: EXTENSIONS };
}

export function actor({ person }: EventMoment): Pick<Person, "user" | "org"> {
  return { user: person.user, org: person.org };
}

export function sourceEndpoint({ random, person }: EventMoment): object {
  const separator = person.network.includes(":") ? "::" : ".";
  return {
    ip: `${person.network}${separator}${integer(random, 1, 254)}`,
    location: person.location,
    is_anonymous: random() < 0.02,
  };
}

export function success(succeeded: boolean) {
  return succeeded ? { status_id: 1, status: "Success" } : { status_id: 2, status: "Failure" };
}
