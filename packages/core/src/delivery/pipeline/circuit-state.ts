// State machine that decides whether a destination may send: an event and a state give the next state. Pure; times are
// those of `Clock.elapsed`.

export type CircuitState = Closed | BackingOff | Held | Suspended | Probing;

/** Batches are sent. Counts consecutive attempts that delivered nothing. */
export interface Closed {
  readonly kind: "closed";
  readonly failures: number;
  readonly refusals: number;
}

/** Sending pauses, because the SIEM asked for it or several consecutive attempts failed. */
export interface BackingOff {
  readonly kind: "backing off";
  readonly failures: number;
  readonly refusals: number;
  readonly until: number;
  /** Whether the SIEM asked for the wait, which then holds even if other events are delivered. */
  readonly isAsked: boolean;
}

/** The destination is down or dead letters cannot be written. Events are held; single events probe. */
export interface Held {
  readonly kind: "held";
  readonly reason: string;
  readonly probeAt: number;
  /** Number of failed rounds of probes. */
  readonly rounds: number;
  /** Number of events before the next probe; those have failed as probes. */
  readonly skip: number;
}

/** Only a person can fix it. Events are held. The check probes, if there is one; after it passes, single events do. */
export interface Suspended {
  readonly kind: "suspended";
  readonly reason: string;
  readonly fix: string | undefined;
  readonly probeAt: number;
  readonly probe: "check" | "event";
  readonly rounds: number;
  readonly skip: number;
}

/** One event is under way as a probe. If it fails, the next one from behind it is tried. */
export interface Probing {
  readonly kind: "probing";
  readonly of: Held | Suspended;
  /** Events that failed in this round. */
  readonly tries: number;
}

export type CircuitEvent =
  /** Events were delivered, or the SIEM itself refused some: it works. */
  | { readonly kind: "delivered" }
  /** An attempt failed. */
  | { readonly kind: "failed"; readonly reason: string; readonly wait?: Wait | undefined }
  /** A status alone refused everything sent. */
  | { readonly kind: "refused"; readonly reason: string }
  /** The SIEM took some events and asked to wait. */
  | { readonly kind: "busy"; readonly wait: Wait }
  | { readonly kind: "exhausted"; readonly reason: string }
  | {
      readonly kind: "suspend";
      readonly reason: string;
      readonly fix?: string | undefined;
      readonly probe: "check" | "event";
    }
  /** Dead letters cannot be written, or an unexpected error was thrown. */
  | { readonly kind: "broken"; readonly reason: string }
  /** A probe is being sent. */
  | { readonly kind: "probe" }
  /** No event is left that has not failed as a probe. */
  | { readonly kind: "no more" }
  /** The event that failed as a probe was removed: the next is tried at once. */
  | { readonly kind: "expired" }
  /** A check passed. It may not have tested what only an event shows. */
  | { readonly kind: "checked" };

export interface Wait {
  readonly ms: number;
  readonly isAsked: boolean;
}

/** Other inputs of a transition. */
export interface Circumstances {
  readonly now: number;
  /** A random number from 0 to below 1. */
  readonly random: number;
  /** Later events must not overtake: only the first one probes. */
  readonly ordered: boolean;
  /** Time of the last check that served as a probe. */
  readonly checkedAt: number;
}

export const closed: Closed = { kind: "closed", failures: 0, refusals: 0 };

/** Events tried in one round of probes, one after the other. */
const TRIES = 3;
/** Longest interval of probes; it grows from 2 s to 4 s and so on. */
const HELD_PROBE_MS = 30_000;
const FIRST_HELD_PROBE_MS = 2000;
/** Least interval of probes with a refused credential: some SIEMs lock the account. */
const SUSPENDED_PROBE_MS = 60_000;
/** First probe after a suspension: a starting proxy or SIEM may refuse for a moment. */
const FIRST_PROBE_MS = 5000;
/** Share of a wait by which probes vary, so that destinations that failed together do not probe together. */
const JITTER = 0.2;
/** Limit of the events before a probe, since they are taken too, for a moment. */
const MOST_SKIPPED = 500;

export function transition(state: CircuitState, event: CircuitEvent, circumstances: Circumstances): CircuitState {
  const { now } = circumstances;
  switch (event.kind) {
    case "delivered":
      return state.kind === "backing off" && state.isAsked && state.until > now
        ? { ...state, failures: 0, refusals: 0 }
        : closed;
    case "failed":
      if (state.kind === "probing") return probeFailed(state, event.reason, circumstances);
      return isSending(state) ? backedOff({ ...state, failures: state.failures + 1 }, event.wait, now) : state;
    case "refused":
      if (state.kind === "probing") return probeFailed(state, event.reason, circumstances);
      return isSending(state) ? { ...state, refusals: state.refusals + 1 } : state;
    case "busy":
      return backedOff(isSending(state) ? { ...state, failures: 0, refusals: 0 } : closed, event.wait, now);
    case "exhausted":
      // Probe at once to learn whether it was the destination or these events.
      return isSending(state) ? { kind: "held", reason: event.reason, probeAt: now, rounds: 0, skip: 0 } : state;
    case "broken":
      return { kind: "held", reason: event.reason, probeAt: now + HELD_PROBE_MS, rounds: 1, skip: 0 };
    case "suspend":
      return suspended(state, event, circumstances);
    case "probe":
      return state.kind === "held" || state.kind === "suspended" ? { kind: "probing", of: state, tries: 0 } : state;
    case "no more":
      return state.kind === "probing" ? roundOver({ ...state.of, skip: 0 }, circumstances) : state;
    case "expired":
      return state.kind === "held" ? { ...state, probeAt: now } : state;
    case "checked":
      return state.kind === "suspended" ? { ...state, probe: "event", probeAt: now } : state;
    default:
      return event satisfies never;
  }
}

/** Returns whether batches are sent, now or after a pause. */
export function isSending(state: CircuitState): state is Closed | BackingOff {
  return state.kind === "closed" || state.kind === "backing off";
}

/** Returns the held or suspended state, also while an event probes. */
export function holdOf(state: CircuitState): Held | Suspended | undefined {
  if (isSending(state)) return undefined;
  return state.kind === "probing" ? state.of : state;
}

function backedOff(state: Closed | BackingOff, wait: Wait | undefined, now: number): Closed | BackingOff {
  if (wait === undefined) return state;
  const { until = 0, isAsked = false } = state.kind === "backing off" && state.until > now ? state : {};
  return {
    ...state,
    kind: "backing off",
    until: Math.max(until, now + wait.ms),
    isAsked: isAsked || wait.isAsked,
  };
}

function probeFailed({ of, tries }: Probing, reason: string, circumstances: Circumstances): CircuitState {
  const skip = circumstances.ordered || of.skip >= MOST_SKIPPED ? 0 : of.skip + 1;
  const next = { ...of, reason, skip };
  if (!circumstances.ordered && tries + 1 < TRIES) return { kind: "probing", of: next, tries: tries + 1 };
  return roundOver(next, circumstances);
}

function roundOver(of: Held | Suspended, { now, random }: Circumstances): Held | Suspended {
  const rounds = of.rounds + 1;
  return { ...of, rounds, probeAt: now + jittered(heldWaitMs(rounds), random) };
}

function heldWaitMs(rounds: number): number {
  return Math.min(HELD_PROBE_MS, FIRST_HELD_PROBE_MS * 2 ** (rounds - 1));
}

function suspended(
  state: CircuitState,
  { reason, fix, probe }: Extract<CircuitEvent, { kind: "suspend" }>,
  { now, random, checkedAt }: Circumstances,
): Suspended {
  const { rounds = -1, skip = 0 } = holdOf(state) ?? {};
  const waitMs = jittered(probe === "check" ? FIRST_PROBE_MS : heldWaitMs(rounds + 2), random);
  const probeAt = probe === "check" ? Math.max(now + waitMs, checkedAt + SUSPENDED_PROBE_MS) : now + waitMs;
  return { kind: "suspended", reason, fix, probe, probeAt, rounds: rounds + 1, skip };
}

function jittered(waitMs: number, random: number): number {
  return Math.round(waitMs * (1 - JITTER + 2 * JITTER * random));
}
