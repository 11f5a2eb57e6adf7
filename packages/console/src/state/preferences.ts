import type { Language, Theme } from "./console-context.ts";

const KEY = "arbitex-console";

interface Preferences {
  readonly theme?: Theme;
  readonly language?: Language;
}

/** How the reader likes it. Nothing else is stored in the browser: no token, no setting, no event. */
export function readPreferences(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    if (typeof stored !== "object" || stored === null) return {};
    const theme = "theme" in stored ? themeOf(stored.theme) : undefined;
    const language = "language" in stored ? languageOf(stored.language) : undefined;
    return { ...(theme && { theme }), ...(language && { language }) };
  } catch {
    return {};
  }
}

export function writePreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Storage is switched off in this browser: the choice counts until the page is closed.
  }
}

export function themeOf(value: unknown): Theme | undefined {
  return value === "light" || value === "dark" || value === "auto" ? value : undefined;
}

/** The language of a tag such as `de-AT`. */
export function languageOf(value: unknown): Language | undefined {
  if (typeof value !== "string") return undefined;
  const [main] = value.toLowerCase().split("-");
  return main === "de" || main === "en" ? main : undefined;
}
