import type { Clock } from "../../clock.ts";
import type { Transmitter } from "../../delivery/transmit/transmitter.ts";
import { SiemError } from "../../errors.ts";
import type { Destination } from "../config/destination.ts";

interface Opening {
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly opening: (stop: AbortSignal) => Promise<Transmitter>;
}

/** A connector that is not open after this hangs: a start would wait for it for ever, without a word. */
const DEADLINE_MS = 60_000;

/** Opens a destination, or gives up with an error that names it when its connector is not done in time. */
export async function openedInTime(destination: Destination, { clock, stop, opening }: Opening): Promise<Transmitter> {
  const end = new AbortController();
  const cancel = clock.after(DEADLINE_MS, () => end.abort(notOpen(destination)));
  // `AbortSignal.any` would leave a reference at the host's signal for every destination ever opened.
  const onStop = () => end.abort(stop.reason);
  stop.addEventListener("abort", onStop);
  if (stop.aborted) onStop();
  try {
    return await opening(end.signal);
  } finally {
    cancel();
    stop.removeEventListener("abort", onStop);
  }
}

function notOpen({ id, connector }: Destination): SiemError {
  return new SiemError(
    "SIEM_DESTINATION_OPEN",
    `Destination "${id}" (${connector.type}) cannot be opened: its connector was not done after ${DEADLINE_MS / 1000} s. See that what it needs answers, or install another version of it.`,
  );
}
