import { useCallback, useEffect, useState } from "preact/hooks";
import { en } from "../strings/en.ts";
import type { Strings } from "../strings/strings.ts";
import type { Language } from "./console-context.ts";
import { languageOf, readPreferences, writePreferences } from "./preferences.ts";

/** The texts of the language that the embedding page, the reader or the browser wants. English needs no further file. */
export function useStrings(host: HTMLElement, given: string | null) {
  const [chosen, setChosen] = useState<Language | undefined>(() => readPreferences().language);
  const language = languageOf(given) ?? chosen ?? languageOf(navigator.language) ?? "en";
  const [loaded, setLoaded] = useState<{ readonly language: Language; readonly texts: Strings }>();
  useEffect(() => {
    if (language === "en") return;
    void import("../strings/de.ts").then(({ de }) => setLoaded({ language, texts: de }));
  }, [language]);
  useEffect(() => {
    const root = host.shadowRoot?.firstElementChild;
    if (root instanceof HTMLElement) root.lang = language;
  }, [host, language, loaded]);
  const setLanguage = useCallback((next: Language) => {
    setChosen(next);
    writePreferences({ ...readPreferences(), language: next });
  }, []);
  const texts: Strings = loaded?.language === language ? loaded.texts : en;
  // The reader's own form of numbers and times where it is of the chosen language: de-AT for German in Austria.
  const locale = navigator.languages.find((tag) => languageOf(tag) === language) ?? language;
  return { language, setLanguage, texts, locale };
}
