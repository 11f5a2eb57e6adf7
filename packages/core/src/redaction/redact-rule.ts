/** One redaction, checked: where, and what becomes of the value there. Data only, so that it crosses threads. */
export interface RedactRule {
  /** Steps from the event. A list on the way means each of its elements. */
  readonly path: readonly string[];
  readonly action: RedactAction;
  /** What a replaced value must still look like. */
  readonly form: ValueForm;
}

/** What becomes of a value. */
export type RedactAction =
  | { readonly kind: "drop" | "mask" | "hmac" }
  /** Keeps the last characters. */
  | { readonly kind: "keep last"; readonly count: number };

export type ValueForm = "text" | "ip" | "email";

/** The redactions of a destination. */
export interface Redaction {
  readonly rules: readonly RedactRule[];
  /** The key from which each organisation's own is derived. Without it, `hmac` cannot be used. */
  readonly key: string | undefined;
}

/** What a host's operator sets for all destinations. */
export interface HostRedaction {
  readonly key?: string | undefined;
  /** Redactions at every destination of an organisation, which it cannot lift. */
  readonly ofOrganisations?: readonly RedactRule[];
}
