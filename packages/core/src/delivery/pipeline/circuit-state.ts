// Whether a destination may send, as a state machine: what happens goes in, the next state comes out. Pure; times are those
// of `Clock.elapsed`.

export type CircuitState = Closed | BackingOff | Held | Suspended | Probing;

/** Batches go out. Counts attempts in a row with which nothing was delivered. */
export interface Closed {
  readonly kind: "closed";
  readonly failures: number;
  readonly refusals: number;
}

/** Nothing is sent for a moment: the SIEM asked for it, or several attempts in a row have failed. */
export interface BackingOff {
  readonly kind: "backing off";
  readonly failures: number;
  readonly refusals: number;
  readonly until: number;
  /** The SIEM asked for it: it is waited for whatever else is delivered meanwhile. */
  readonly isAsked: boolean;
}

/** The far side is down, or dead letters cannot be written: events are held, single ones probe. */
export interface Held {
  readonly kind: "held";
  readonly reason: string;
  readonly probeAt: number;
  /** Rounds of probes that have failed. */
  readonly rounds: number;
  /** Behind how many events the next probe is taken: those before it have failed as probes. */
  readonly skip: number;
}

/** Only a person can fix it: events are held. The check probes, where there is one, and when it has passed, single events. */
export interface Suspended {
  readonly kind: "suspended";
  readonly reason: string;
  readonly fix: string | undefined;
  readonly probeAt: number;
  readonly probe: "check" | "event";
  readonly rounds: number;
  readonly skip: number;
}

/** One event is under way to show whether it works again. When it fails, the next one from behind it is tried. */
export interface Probing {
  readonly kind: "probing";
  readonly of: Held | Suspended;
  /** Events that have failed in this round. */
  readonly tries: number;
}

export type CircuitEvent =
  /** Events arrived, or the SIEM judged some in its own words: it works. */
  | { readonly kind: "delivered" }
  /** Nothing came of an attempt. */
  | { readonly kind: "failed"; readonly reason: string; readonly wait?: Wait | undefined }
  /** A status alone refused what was sent. */
  | { readonly kind: "refused"; readonly reason: string }
  /** The SIEM took some, and asked to wait. */
  | { readonly kind: "busy"; readonly wait: Wait }
  | { readonly kind: "exhausted"; readonly reason: string }
  | {
      readonly kind: "suspend";
      readonly reason: string;
      readonly fix?: string | undefined;
      readonly probe: "check" | "event";
    }
  /** Dead letters cannot be written, or something threw that must not. */
  | { readonly kind: "broken"; readonly reason: string }
  /** An event is sent as a probe. */
  | { readonly kind: "probe" }
  /** There is no event behind those that have failed as probes. */
  | { readonly kind: "no more" }
  /** The event that failed as a probe is out of the way: the next one is tried at once. */
  | { readonly kind: "expired" }
  /** A check passed. It may have skipped what only an event shows. */
  | { readonly kind: "checked" };

export interface Wait {
  readonly ms: number;
  readonly isAsked: boolean;
}

/** What a transition depends on besides. */
export interface Circumstances {
  readonly now: number;
  /** From 0 to below 1. */
  readonly random: number;
  /** Later events may not overtake: the first one is the only probe. */
  readonly ordered: boolean;
  /** When a check was run as a probe the last time. */
  readonly checkedAt: number;
}

export const closed: Closed = { kind: "closed", failures: 0, refusals: 0 };

/** Events that are tried in one round of probes, one after the other. */
const TRIES = 3;
/** A destination that is down is probed after 2 s, 4 s, …, and then so often. */
const HELD_PROBE_MS = 30_000;
const FIRST_HELD_PROBE_MS = 2000;
/** A wrong credential must not be hammered: some SIEMs lock the account. No two such probes come closer together. */
const SUSPENDED_PROBE_MS = 60_000;
/** A proxy or a SIEM that starts may refuse for a moment: that should not cost a minute. */
const FIRST_PROBE_MS = 5000;
/** Of a wait, so that the probes of destinations that failed together do not beat in time. */
const JITTER = 0.2;
/** Probes are not taken from further behind: what lies before them is taken too, for a moment. */
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
      // At once: was it the destination, or these events?
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

/** Whether batches go out, now or in a moment. */
export function isSending(state: CircuitState): state is Closed | BackingOff {
  return state.kind === "closed" || state.kind === "backing off";
}

/** Held or suspended, also while an event probes. */
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
