import type { Hide } from "./hide-secrets.ts";

/** Words of this project's fixes. A secret that equals one is already public. */
const WORDS =
  /\b(?:address|admin|api_key|arbitex|audit|certificate|check|client|credential|datadog|elastic|host|index|key|password|proxy|secret|sentinel|server|siem|splunk|token|url|user|username)\b/gi;

/** Hides secrets in a fix but keeps the project's own words: "Set a [secret] that is valid." would help no reader. */
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

/** A private-use character, which no text contains. */
const MASK = "\u{F0000}";
