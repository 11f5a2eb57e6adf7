import type { EventSupply } from "../client/event-supply.ts";
import type { Ledger } from "../client/ledger.ts";
import type { Evidence } from "../oracle/judge.ts";
import type { DeadLetter } from "../oracle/dead-letters.ts";
import { misplacedEvents } from "../oracle/order.ts";
import { spoiledEvents } from "../oracle/payload.ts";
import type { PlannedDestination, Schedule } from "../schedule/schedule.ts";
import type { Fleet } from "../siems/fleet.ts";
import { siemOf } from "../siems/fleet.ts";

export interface EvidenceOptions {
  readonly schedule: Schedule;
  readonly supply: EventSupply;
  readonly ledger: Ledger;
  readonly fleet: Fleet;
  readonly deadLetters: readonly DeadLetter[];
  /** What the server's log calls perhaps lost, by destination. */
  readonly confessions: ReadonlyMap<string, number>;
  /** What a good answer proves, by destination. */
  readonly guarantees: ReadonlyMap<string, string>;
}

/** All that is known about a destination's events, but for those that the server still holds. */
export function evidenceOf(
  planned: PlannedDestination,
  { schedule, supply, ledger, fleet, deadLetters, confessions, guarantees }: EvidenceOptions,
): Omit<Evidence, "queued"> {
  const { type } = planned;
  const { ids: storedIds, stored } = siemOf(fleet, type);
  const own = deadLetters.filter(({ destination }) => destination === type);
  const postedOf = (id: string) => {
    const index = supply.indexOf(id) ?? -1;
    const posted = ledger.timesOffered(index) === 1 ? ledger.postedOf(index) : undefined;
    return posted && { ...posted, index };
  };
  return {
    destination: type,
    storedIds,
    deadLetters: own,
    confessed: guarantees.get(type) === "written" ? excused(type, schedule, confessions) : 0,
    spoiled: spoiledEvents([...stored, ...own.map(({ event }) => event)], supply),
    misplaced: isOrderPromised(planned, schedule) ? misplacedEvents(storedIds, postedOf) : [],
  };
}

/**
 * An event counts as written once its connection has stayed up for a while. That is no proof where a receiver does not read but stays
 * connected. The server then knows what may be lost with the connection, unless it was killed meanwhile.
 */
function excused(type: string, { steps }: Schedule, confessions: ReadonlyMap<string, number>): number {
  const wasKilled = steps.some((step) => step.kind === "end-server" && step.signal === "SIGKILL");
  const stoodStill = steps.some(
    (step) => step.kind === "strike" && step.type === type && step.rules.some(({ kind }) => kind === "slow"),
  );
  return wasKilled && stoodStill ? Number.POSITIVE_INFINITY : (confessions.get(type) ?? 0);
}

/** Throughout the run. Where single events of a batch are asked for again, the others have passed them. */
function isOrderPromised({ type, delivery }: PlannedDestination, { steps }: Schedule): boolean {
  return (
    delivery["ordered"] === true &&
    steps.every((step) => {
      if (step.kind === "reconfigure") return step.type !== type || step.delivery["ordered"] === true;
      return step.kind !== "strike" || step.type !== type || step.rules.every(({ kind }) => kind !== "partial");
    })
  );
}
