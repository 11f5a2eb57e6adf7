import { mkdir, rm } from "node:fs/promises";
import { createEventSupply } from "../client/event-supply.ts";
import { createLedger } from "../client/ledger.ts";
import { startLoad } from "../client/load.ts";
import { createIdentityWatch } from "../oracle/identity.ts";
import type { Schedule, Step } from "../schedule/schedule.ts";
import { createChance } from "../schedule/seeded.ts";
import { writeCaFile } from "../server/ca-file.ts";
import { writeConfigFile } from "../server/config-file.ts";
import { serverEnvironment } from "../server/environment.ts";
import { readGuarantees } from "../server/guarantees.ts";
import { supervise } from "../server/supervisor.ts";
import { closeFleet, startFleet } from "../siems/fleet.ts";
import { poisonFleet } from "../siems/poison-fleet.ts";
import { startProxy } from "../siems/proxy.ts";
import { lateArrivals } from "./late-arrivals.ts";
import type { RunReport } from "./report.ts";
import { reportOn } from "./report.ts";
import { startScraper } from "./scraper.ts";
import { untilSettled } from "./settling.ts";
import { playSteps } from "./timeline.ts";

export interface RunOptions {
  /** Where configuration, queue, dead letters and log of the run go. Emptied first. */
  readonly folder: string;
  readonly onStep?: (step: Step) => void;
}

/** Events a second from which on SIEMs keep no more than ids: there is no memory, and no time, to look at each event. */
const MANY = 1000;

/** Plays one schedule against the real server, and then asks where every event is. */
export async function runSchedule(schedule: Schedule, options: RunOptions): Promise<RunReport> {
  const { seed, store, speed, load, destinations, steps, staysBroken = false, proxied = false } = schedule;
  const { folder, onStep = () => undefined } = options;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const supply = createEventSupply(seed);
  const ledger = createLedger();
  const watch = createIdentityWatch(store === "disk");
  const fleet = await startFleet(destinations, { seed, keep: load.eventsPerSecond < MANY ? "all" : "ids" });
  const proxy = proxied ? await startProxy() : undefined;
  try {
    await writeCaFile(folder, schedule.destinations.some(({ caFile }) => caFile === "wrong") ? "wrong" : "right");
    poisonFleet(fleet, destinations, { supply, events: Math.ceil((load.eventsPerSecond * load.forMs) / 1000) });
    await writeConfigFile(folder, destinations, fleet);
    const environment = serverEnvironment(folder, schedule, proxy?.url);
    const supervisor = await supervise({ folder, environment }, { speed, shiftMs: 0, disk: "well" });
    const scraper = startScraper(supervisor, watch);
    const guarantees = await readGuarantees(supervisor.origin());
    const running = startLoad({ load, supply, ledger, chance: createChance(seed + 1), server: supervisor });
    const stage = { folder, fleet, supervisor, proxy, destinations, offered: running.offered };
    const timeline = playSteps(steps, stage, onStep);
    await Promise.all([running.offering, timeline.done]);
    if (!staysBroken) timeline.calm();
    const settling = await untilSettled(scraper, { isAllOffered: running.done, staysBroken, speed });
    const end = await supervisor.stop();
    await lateArrivals(fleet, guarantees, running.offered());
    timeline.calm();
    await scraper.stop();
    return await reportOn({
      schedule,
      folder,
      supply,
      ledger,
      running,
      watch,
      fleet,
      supervisor,
      timeline,
      guarantees,
      mostQueued: scraper.mostQueued,
      settling,
      end,
    });
  } finally {
    await closeFleet(fleet);
    await proxy?.close();
  }
}
