import type { BodyPool } from "../delivery/body-pool.ts";
import type { Lane } from "../delivery/lane.ts";
import { Pipeline } from "../delivery/pipeline.ts";
import type { BurialMeans, DestinationBurial } from "./destination-burial.ts";
import { openBurial } from "./destination-burial.ts";
import type { Destination, DestinationStatus } from "./destination.ts";
import type { OpenSink } from "./open-sink.ts";
import { deliveryOf } from "./open-sink.ts";
import { resolved } from "./resolved.ts";

export interface LiveMeans extends BurialMeans {
  readonly pool: BodyPool;
}

/** One configuration of a destination, with all that works for it. */
export interface LiveDestination extends DestinationBurial {
  readonly destination: Destination;
  readonly pipeline: Pipeline;
  /** Takes from the lane's queue from now on. */
  start(): void;
  status(): DestinationStatus;
  /** Lets go of connections and dead letters. */
  close(): Promise<void>;
}

/** Makes a configuration ready to work for a lane. Nothing happens to the lane before it is started. */
export function prepareDestination(
  destination: Destination,
  lane: Lane,
  opened: OpenSink,
  { pool, ...means }: LiveMeans,
): LiveDestination {
  const { id, connector, config, filter = {}, orgId = null } = destination;
  const { clock, queueStore } = means.parts;
  const limits = resolved(connector.limits, config);
  const delivery = deliveryOf(destination, queueStore.durable);
  const burial = openBurial(destination, lane, means);
  const pipeline = new Pipeline({
    sink: opened.sink,
    framing: connector.framing,
    limits,
    delivery,
    filter,
    queue: lane.queue,
    account: lane.account,
    bury: burial.bury,
    onRoom: () => lane.roomMade(),
    pool,
    clock,
    logger: opened.logger,
  });
  return {
    ...burial,
    destination,
    pipeline,
    start() {
      lane.use(pipeline);
      pipeline.start();
    },
    status: () => ({
      id,
      type: connector.type,
      orgId,
      guarantee: resolved(connector.guarantee, config),
      ...pipeline.status(),
    }),
    async close() {
      await opened.close();
      await burial.close();
    },
  };
}
