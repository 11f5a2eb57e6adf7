import type { JSX } from "preact";
import { useConsole } from "../state/console-context.ts";
import { languageOf, themeOf } from "../state/preferences.ts";

/** Language and appearance. */
export function Menu(): JSX.Element {
  const { strings, language, setLanguage, theme, setTheme } = useConsole();
  return (
    <>
      <select
        class="slim-select"
        aria-label={strings.language}
        value={language}
        onChange={(event) => setLanguage(languageOf(event.currentTarget.value) ?? "en")}
      >
        <option value="en" lang="en">
          English
        </option>
        <option value="de" lang="de">
          Deutsch
        </option>
      </select>
      <select
        class="slim-select"
        aria-label={strings.theme.label}
        value={theme}
        onChange={(event) => setTheme(themeOf(event.currentTarget.value) ?? "auto")}
      >
        <option value="auto">{strings.theme.auto}</option>
        <option value="light">{strings.theme.light}</option>
        <option value="dark">{strings.theme.dark}</option>
      </select>
    </>
  );
}
