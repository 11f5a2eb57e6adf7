import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Requests } from "../api/requests.ts";
import type { Session } from "../api/types.ts";
import type { Strings } from "../strings/strings.ts";
import type { Formats } from "./formats.ts";
import type { Located, Route } from "./routes.ts";

export type Theme = "auto" | "light" | "dark";
export type Language = "en" | "de";

/** What every page of the console needs. */
export interface Console {
  readonly api: Api;
  readonly requests: Requests;
  readonly strings: Strings;
  readonly formats: Formats;
  readonly session: Session | undefined;
  readonly route: Located;
  /** The organisation that an operator acts for. */
  readonly org: string | undefined;
  readonly go: (route: Route, org?: string) => void;
  readonly href: (route: Route, org?: string) => string;
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
  readonly theme: Theme;
  readonly isDark: boolean;
  readonly setTheme: (theme: Theme) => void;
  readonly signOut: () => void;
  /** Tells screen readers of something that happened. */
  readonly announce: (text: string) => void;
  /** The session is the embedding page's affair, not the console's. */
  readonly isEmbedded: boolean;
}

export const ConsoleContext = createContext<Console | undefined>(undefined);

export function useConsole(): Console {
  const found = useContext(ConsoleContext);
  if (found === undefined) throw new Error("no console around this component");
  return found;
}
