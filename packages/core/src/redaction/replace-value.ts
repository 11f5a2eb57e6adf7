import { createHmac, hkdfSync } from "node:crypto";
import { SiemError } from "../errors.ts";
import type { RedactAction, ValueForm } from "./redact-rule.ts";

/** Why a redaction by `hmac` cannot be used. */
export const NO_KEY =
  "A redaction by hmac needs a key: set SIEM_REDACTION_KEY to 32 random characters or more, or FERNET_KEY, from which one is derived.";

/** Returns what a text becomes. Applied again, it changes nothing: a replayed event was redacted before. */
export type Replace = (text: string, orgId: string | null) => string;

const MASKS: Readonly<Record<ValueForm, string>> = {
  text: "redacted",
  ip: "0.0.0.0",
  email: "redacted@redacted.invalid",
};
const HIDDEN = "***";

export function createReplace(action: RedactAction, form: ValueForm, key: string | undefined): Replace {
  switch (action.kind) {
    case "drop":
    case "mask":
      return () => MASKS[form];
    case "keep last":
      return (text) => keptLast(text, action.count);
    case "hmac":
      if (key === undefined) throw new SiemError("SIEM_CONFIG_INVALID", NO_KEY);
      return createPseudonyms(form, key);
    default:
      return action satisfies never;
  }
}

/** A text that is no longer than what would be kept is hidden whole. */
function keptLast(text: string, count: number): string {
  const characters = Array.from(text);
  return characters.length <= count ? HIDDEN : `${HIDDEN}${characters.slice(-count).join("")}`;
}

/** Made of a value, and as long as every text type of OCSF allows: a hardware address has 32 characters at most. */
const DIGITS = 26;
const forms: Readonly<Record<ValueForm, { readonly make: (hex: string) => string; readonly made: RegExp }>> = {
  text: { make: (hex) => `hmac-${hex.slice(0, DIGITS)}`, made: /^hmac-[0-9a-f]{26}$/ },
  email: {
    make: (hex) => `hmac-${hex.slice(0, DIGITS)}@redacted.invalid`,
    made: /^hmac-[0-9a-f]{26}@redacted\.invalid$/,
  },
  // 2001:db8::/32 is for documents: no host has such an address.
  ip: {
    make: (hex) => `2001:db8:${hex.slice(0, 24).match(/.{4}/g)?.join(":") ?? ""}`,
    made: /^2001:db8(?::[0-9a-f]{4}){6}$/,
  },
};

/** Users and addresses repeat, and a digest costs more than all else. */
const MOST_KNOWN = 2000;
/** Longer texts do not repeat, and would fill the memory. */
const LONGEST_KNOWN = 200;

/**
 * Replaces a value by a digest that only the organisation's key can make. A plain digest of an address is undone by
 * trying all addresses.
 */
function createPseudonyms(form: ValueForm, key: string): Replace {
  const { make, made } = forms[form];
  const known = new Map<string | null, OrgPseudonyms>();
  /** Texts of all organisations. */
  let count = 0;

  function ofOrg(orgId: string | null): OrgPseudonyms {
    let own = known.get(orgId);
    if (own === undefined) {
      if (known.size >= MOST_KNOWN) known.clear();
      const ownKey = Buffer.from(hkdfSync("sha256", key, orgId ?? "", "arbitex redaction", 32));
      own = { key: ownKey, pseudonyms: new Map() };
      known.set(orgId, own);
    }
    return own;
  }

  function pseudonymOf(text: string, own: OrgPseudonyms): string {
    return make(createHmac("sha256", own.key).update(text).digest("hex"));
  }

  return (text, orgId) => {
    if (made.test(text)) return text;
    const own = ofOrg(orgId);
    if (text.length > LONGEST_KNOWN) return pseudonymOf(text, own);
    let pseudonym = own.pseudonyms.get(text);
    if (pseudonym === undefined) {
      if (count >= MOST_KNOWN) known.clear();
      count = count >= MOST_KNOWN ? 1 : count + 1;
      pseudonym = pseudonymOf(text, own);
      own.pseudonyms.set(text, pseudonym);
    }
    return pseudonym;
  };
}

/** An organisation's own key, and what it made of recent texts. */
interface OrgPseudonyms {
  readonly key: Buffer;
  readonly pseudonyms: Map<string, string>;
}
