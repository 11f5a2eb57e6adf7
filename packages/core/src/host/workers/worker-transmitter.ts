import type { CheckReport } from "../../connector/check-report.ts";
import type { Load, Transmission, Transmitter } from "../../delivery/transmit/transmitter.ts";
import { stoppedAttempt } from "../../delivery/transmit/transmitter.ts";
import type { EventBlocks, ShipmentPart } from "../../event/event-blocks.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { SiemError } from "../../errors.ts";
import { describeFailure } from "../../transport/classify-failure.ts";
import type { Destination, DestinationOrigin } from "../config/destination.ts";
import { GOODBYE_MS } from "./open-transmitter.ts";
import type { Asked, DeliveryWorker, Outcome } from "./delivery-worker.ts";
import type { LoadOrder, TransmissionAnswer } from "./messages.ts";
import type { TransmitSettings } from "./shape-settings.ts";
import type { Blame, Seat } from "./seat.ts";

export interface WorkerTransmitterMeans {
  readonly seat: Seat;
  readonly blocks: EventBlocks;
  /** Returns a new number each time. */
  readonly number: () => number;
  /** Aborts the opening, with its reason as the error. */
  readonly stop: AbortSignal;
}

/** A destination open in a worker. */
interface Place {
  readonly worker: DeliveryWorker;
  readonly destination: number;
  readonly hasCheck: boolean;
}

/** It could not be opened, since the worker ended. */
interface Taken {
  readonly blame: Blame;
  readonly reason: string;
}

/** Extra time over the worker's own limit, for a worker that hangs. */
const ANSWER_MS = GOODBYE_MS + 1000;

/** Opens a destination in a worker. If the worker ends, the next attempt opens it again in a new one. */
export async function openWorkerTransmitter(
  { id, orgId = null, connector, origin }: Destination & { readonly origin: DestinationOrigin },
  delivery: TransmitSettings,
  { seat, blocks, number, stop }: WorkerTransmitterMeans,
): Promise<Transmitter> {
  // Cloned here, so that settings that cannot be sent fail this destination, not the worker.
  const order = structuredClone({ id, orgId, connector: origin.connector, settings: origin.settings(), delivery });
  let place = await openAtLast(stop);
  let opening: Promise<Place> | undefined;

  /** Tries again if the worker ends meanwhile because of another destination. */
  async function openAtLast(signal: AbortSignal): Promise<Place> {
    while (true) {
      const opened = await open(signal);
      if ("worker" in opened) return opened;
      if (opened.blame === "unknown") continue;
      const message = `Destination "${id}" (${connector.type}) cannot be opened, for its worker ended: ${opened.reason}`;
      throw new SiemError("SIEM_DESTINATION_OPEN", message);
    }
  }

  async function open(signal: AbortSignal): Promise<Place | Taken> {
    await seat.turn();
    signal.throwIfAborted();
    const worker = seat.worker();
    const destination = number();
    const outcome = await outcomeOf(worker, { kind: "open", destination, ...order }, signal);
    if (outcome === undefined) {
      // It may have been opened at this moment.
      worker.ask({ kind: "close", destination }, () => undefined);
      throw signal.reason;
    }
    if (outcome.kind === "opened") return { worker, destination, hasCheck: outcome.hasCheck };
    if (outcome.kind === "failed") {
      throw new SiemError(outcome.code ?? "SIEM_DESTINATION_OPEN", seat.hide(outcome.message));
    }
    return { blame: outcome.kind === "ended" ? seat.ended(worker) : "own", reason: reasonOf(outcome) };
  }

  /** Returns its place in a running worker. */
  async function livingPlace(signal: AbortSignal): Promise<Place> {
    await seat.turn();
    if (!place.worker.hasEnded) return place;
    // Concurrent attempts may find it dead: open it once.
    opening ??= openAtLast(signal).finally(() => (opening = undefined));
    place = await opening;
    return place;
  }

  async function transmit({ records, attempt, mostBytes }: Load, signal: AbortSignal): Promise<Transmission> {
    const all = { sent: records, bytes: 0, unpackable: [], rest: [] };
    let at: Place;
    try {
      at = await livingPlace(signal);
    } catch (error) {
      return { ...all, result: { kind: "retry", reason: describeFailure(error) } };
    }
    const { worker, destination } = at;
    const shipment = blocks.ship(records);
    const events = shipment.parts.map((part) => eventOrder(part, worker));
    const load = { kind: "transmit", destination, attempt, mostBytes, events } as const;
    const outcome = await outcomeOf(worker, load, signal, shipment.release);
    if (outcome?.kind === "transmitted") {
      seat.verdict();
      return transmissionOf(records, outcome);
    }
    if (outcome?.kind === "ended") return { ...all, ...takenAttempt(seat.ended(worker), outcome.reason) };
    return { ...all, result: withoutVerdict(outcome) };
  }

  function takenAttempt(blame: Blame, why: string): Pick<Transmission, "result" | "isTaken"> {
    switch (blame) {
      case "unknown":
        return { result: withoutVerdict({ kind: "ended", reason: why }), isTaken: true };
      case "own": {
        const reason = `the worker gave no verdict: connector "${connector.type}" ended it: ${why}`;
        return { result: { kind: "retry", reason, ambiguous: true } };
      }
      case "hopeless": {
        const reason = `connector "${connector.type}" ends its thread again and again: ${why}`;
        const fix = "Repair or update the connector, or remove the destination. It is tried again from time to time.";
        return { result: { kind: "suspend", reason, fix } };
      }
      default:
        return blame satisfies never;
    }
  }

  async function check(signal: AbortSignal): Promise<CheckReport> {
    while (true) {
      const { worker, destination } = await livingPlace(signal);
      const outcome = await outcomeOf(worker, { kind: "check", destination }, signal);
      if (outcome?.kind === "checked") {
        seat.verdict();
        return outcome.report;
      }
      if (outcome?.kind === "ended" && seat.ended(worker) === "unknown") continue;
      return { steps: [{ name: "check", status: "failed", detail: withoutVerdict(outcome).reason }] };
    }
  }

  return {
    transmit,
    ...(place.hasCheck && { check }),
    async close() {
      const { worker, destination } = place;
      if (!worker.hasEnded) await outcomeOf(worker, { kind: "close", destination }, AbortSignal.timeout(ANSWER_MS));
      // Until now its messages may have held a secret.
      seat.leave();
    },
  };
}

/**
 * Resolves to the outcome of a job; to undefined if `signal` aborts first. `release` is called when the worker is done
 * with it.
 */
function outcomeOf(
  worker: DeliveryWorker,
  asked: Asked,
  signal: AbortSignal,
  release?: () => void,
): Promise<Outcome | undefined> {
  return new Promise((resolve) => {
    const onAbort = () => {
      abort();
      resolve(undefined);
    };
    signal.addEventListener("abort", onAbort);
    const abort = worker.ask(asked, (outcome) => {
      signal.removeEventListener("abort", onAbort);
      release?.();
      resolve(outcome);
    });
    if (signal.aborted) onAbort();
  });
}

function eventOrder(part: ShipmentPart, worker: DeliveryWorker): LoadOrder["events"][number] {
  if ("record" in part) {
    const { id, orgId, classUid, severityId, time, acceptedAt, json } = part.record;
    return { id, orgId, classUid, severityId, time, acceptedAt, json };
  }
  const { block, at, end } = part;
  const { id, filling } = block;
  return { block: id, filling, at, end, ...(!worker.knows(id) && { memory: block.memory }) };
}

function transmissionOf(
  records: readonly AcceptedEvent[],
  { result, bytes, exchange, parts }: TransmissionAnswer,
): Transmission {
  if (parts === undefined) return { sent: records, result, bytes, exchange, unpackable: [], rest: [] };
  const at = (index: number) => records[index] ?? missing(index);
  return {
    result,
    bytes,
    exchange,
    sent: parts.sent.map(at),
    unpackable: parts.unpackable.map(({ index, stage, reason }) => ({ record: at(index), stage, reason })),
    rest: parts.rest.map(at),
  };
}

function missing(index: number): never {
  throw new RangeError(`a worker names event ${index}, which it was not given`);
}

/** Without the worker's answer, what the SIEM has is unknown. */
function withoutVerdict(outcome: Outcome | undefined) {
  if (outcome === undefined) return stoppedAttempt;
  return { kind: "retry", reason: `the worker gave no verdict: ${reasonOf(outcome)}`, ambiguous: true } as const;
}

function reasonOf(outcome: Outcome): string {
  if (outcome.kind === "ended") return outcome.reason;
  return outcome.kind === "failed" ? outcome.message : `it answered with "${outcome.kind}"`;
}
