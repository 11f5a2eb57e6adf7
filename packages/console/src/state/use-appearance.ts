import { useCallback, useEffect, useState } from "preact/hooks";
import type { Theme } from "./console-context.ts";
import { readPreferences, themeOf, writePreferences } from "./preferences.ts";

/** Light or dark: as the embedding page says, else as the reader chose, else as the system is. */
export function useAppearance(host: HTMLElement, given: string | null) {
  const [chosen, setChosen] = useState<Theme>(() => readPreferences().theme ?? "auto");
  const [isSystemDark, setSystemDark] = useState(() => darkQuery().matches);
  useEffect(() => {
    const query = darkQuery();
    const look = () => setSystemDark(query.matches);
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, []);
  const theme = themeOf(given) ?? chosen;
  const isDark = theme === "dark" || (theme === "auto" && isSystemDark);
  useEffect(() => {
    host.dataset["theme"] = isDark ? "dark" : "light";
  }, [host, isDark]);
  const setTheme = useCallback((next: Theme) => {
    setChosen(next);
    writePreferences({ ...readPreferences(), theme: next });
  }, []);
  return { theme, isDark, setTheme };
}

function darkQuery(): MediaQueryList {
  return matchMedia("(prefers-color-scheme: dark)");
}
