import type { Hide } from "./hide-secrets.ts";

/** Words of the advice that this project gives. Whoever has one of them for a secret hides nothing by hiding it there. */
const WORDS =
  /\b(?:address|admin|api_key|arbitex|audit|certificate|check|client|credential|datadog|elastic|host|index|key|password|proxy|secret|sentinel|server|siem|splunk|token|url|user|username)\b/gi;

/** Hides secrets in what a person is told to do, whose own words stay: "Set a [secret] that is valid." helps nobody. */
export function hideInAdvice(advice: string, hide: Hide): string {
  const hidden = hide(advice);
  if (hidden === advice) return advice;
  const kept: string[] = [];
  const masked = advice.replaceAll(WORDS, (word) => {
    if (hide(word) === word) return word;
    kept.push(word);
    return MASK;
  });
  return hide(masked).replaceAll(MASK, () => kept.shift() ?? "");
}

/** Of no text that anybody writes. */
const MASK = "\u{F0000}";
