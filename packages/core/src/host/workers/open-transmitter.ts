import { hostname } from "node:os";
import type { AnyConnector, ConnectorContext, Limits, Sink } from "../../connector/connector.ts";
import type { BodyPool } from "../../delivery/transmit/body-pool.ts";
import type { Compress } from "../../delivery/transmit/transmitter.ts";
import { createTransmitter } from "../../delivery/transmit/transmitter.ts";
import type { Clock } from "../../clock.ts";
import { sleep } from "../../clock.ts";
import type { DeliverySettings } from "../../delivery/delivery-settings.ts";
import { defaultDelivery, durableDelivery } from "../../delivery/delivery-settings.ts";
import { assertSink, thrownText } from "../../delivery/transmit/judge.ts";
import { unlessNumbered } from "../../delivery/transmit/stream/unless-numbered.ts";
import { createShape, sentStep } from "../../delivery/transmit/shape/shape.ts";
import { shapedSink } from "../../delivery/transmit/shape/shaped-sink.ts";
import { SiemError } from "../../errors.ts";
import { threadTurns } from "../../fair-turns.ts";
import type { Logger } from "../../telemetry/logger.ts";
import { recordExchanges } from "../../transport/exchange-recorder.ts";
import type { Destination } from "../config/destination.ts";
import type { GuardOf } from "../config/egress-settings.ts";
import { asOwn, resolved } from "../connectors/resolved.ts";
import { hiddenError, redactingLogger, redactingSink } from "./redacting-sink.ts";
import { hiderOf } from "../secrets/hide-secrets.ts";
import { sendsByEgress, unsending } from "./dry-sink.ts";
import type { OpenTransmitter } from "./recorded-transmitter.ts";
import { recordedTransmitter, watchedSink } from "./recorded-transmitter.ts";
import type { TransmitSettings } from "./shape-settings.ts";
import type { BaseParts } from "../parts.ts";

export interface TransmitterMeans {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly openEgress: BaseParts["openEgress"];
  readonly guardOf: GuardOf;
  readonly pool: BodyPool;
  readonly compress: Compress;
  /** Nothing may be sent: the egress opens no connection, and a connector that may know another way is not asked. */
  readonly isDry?: boolean;
  /** Most bytes that are recorded of a request, and of its answer. Default 512. */
  readonly recordedBytes?: number;
}

/** Enough to recognise what was said; each destination keeps two. */
const RECORDED_BYTES = 512;

/** Time limit for closing a transmitter. */
export const GOODBYE_MS = 10_000;

/**
 * Opens a destination's sink on this thread and hides secrets in everything it reports. Throws `SIEM_DESTINATION_OPEN`,
 * or the reason of `stop` if that aborts first; nothing stays open then.
 */
export async function openTransmitter(
  destination: Destination,
  { compression, shape }: TransmitSettings,
  means: TransmitterMeans,
  stop: AbortSignal,
): Promise<OpenTransmitter> {
  const { id, connector, config, orgId = null, delivery } = destination;
  const shaping = sentStep(createShape(shape));
  const step = delivery?.integrity?.isReplay === true ? unlessNumbered(shaping, id) : shaping;
  const { clock } = means;
  const logger = means.logger.child({ destination: id });
  const opening = means.openEgress(means.guardOf(orgId), orgId);
  const mostBytes = means.recordedBytes ?? RECORDED_BYTES;
  const recorder = recordExchanges(opening, mostBytes);
  const { egress } = recorder;
  const hide = hiderOf(config);
  const context: ConnectorContext = {
    destinationId: id,
    orgId,
    logger: redactingLogger(logger, hide),
    now: clock.now,
    random: clock.random,
    egress,
    hostname: hostname(),
  };
  try {
    const opened = await openedUnlessStopped(connector, config, context, stop);
    assertSink(opened);
    const sink = means.isDry === true && !sendsByEgress(destination) ? unsending(opened) : opened;
    const transmitter = createTransmitter({
      sink: watchedSink(redactingSink(shapedSink(sink, step), hide, connector.type), recorder),
      turns: threadTurns,
      owner: orgId ?? id,
      type: connector.type,
      framing: resolved(connector.framing, config),
      limits: soundLimits(resolved(connector.limits, config)),
      pool: means.pool,
      compress: compression === "gzip" ? means.compress : undefined,
    });
    const recording = { recorder, clock, hide, mostBytes, isCompressed: compression === "gzip" };
    return Object.assign(recordedTransmitter(transmitter, recording), {
      async close() {
        await saidGoodbye(opened, clock, logger, hide);
        await egress.close();
      },
    });
  } catch (cause) {
    await egress.close();
    if (cause instanceof SiemError && cause === stop.reason) throw cause;
    const hidden = hiddenError(cause, hide);
    const message = `Destination "${id}" (${connector.type}) cannot be opened: ${hidden.message}`;
    throw new SiemError("SIEM_DESTINATION_OPEN", message, { cause: hidden });
  }
}

/** Checks a connector's limits. An invalid number would let every body pass, or none. */
function soundLimits(limits: Limits): Limits {
  const { maxBatchBytes, maxCompressedBytes, maxBatchEvents, maxEventBytes } = limits;
  for (const [name, limit] of Object.entries({ maxBatchBytes, maxCompressedBytes, maxBatchEvents, maxEventBytes })) {
    if (limit === undefined && name !== "maxBatchBytes") continue;
    if (!(typeof limit === "number" && limit >= 1)) throw new TypeError(`its limit ${name} is not a number above 0`);
  }
  return limits;
}

/** Merges the delivery settings: general, the connector's, the destination's own. */
export function deliveryOf({ connector, config, delivery }: Destination, durable: boolean): DeliverySettings {
  return {
    ...defaultDelivery,
    ...(durable && durableDelivery),
    ...resolved(connector.defaults ?? {}, config),
    ...delivery,
  };
}

/** A slow connector must not hold up a stop. A sink it opens later is closed at once. */
async function openedUnlessStopped(
  connector: AnyConnector,
  config: unknown,
  context: ConnectorContext,
  stop: AbortSignal,
): Promise<Sink> {
  const opened = connector.open(asOwn(config), context);
  // Most connectors need not wait. A promise may be a foreign one.
  if (!("then" in Object(opened)) && !stop.aborted) return opened;
  const opening = Promise.resolve(opened);
  let unwatch: (() => void) | undefined;
  const stopped = new Promise<"stopped">((resolve) => {
    const onStop = () => resolve("stopped");
    if (stop.aborted) onStop();
    stop.addEventListener("abort", onStop);
    unwatch = () => stop.removeEventListener("abort", onStop);
  });
  try {
    const first = await Promise.race([opening, stopped]);
    if (first !== "stopped") return first;
  } finally {
    unwatch?.();
  }
  opening.then((late) => late.close?.()).catch(() => undefined);
  throw stop.reason;
}

async function saidGoodbye(sink: Sink, clock: Clock, logger: Logger, hide: (text: string) => string): Promise<void> {
  if (sink.close === undefined) return;
  const done = new AbortController();
  try {
    await Promise.race([sink.close(), sleep(clock, GOODBYE_MS, done.signal)]);
  } catch (error) {
    logger.warn({ reason: hide(thrownText(error)) }, "destination cannot be closed cleanly");
  } finally {
    done.abort();
  }
}
