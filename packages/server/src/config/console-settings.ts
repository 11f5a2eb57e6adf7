import { z } from "zod";

/** Settings of the console. */
export interface ConsoleSettings {
  /** Address of this server as browsers reach it, without a path; undefined to go by each request. */
  readonly url: string | undefined;
  /** Origins whose pages may show the console in a frame. */
  readonly frameAncestors: readonly string[];
}

const origin = z.string().refine(isOrigin, {
  error: "expected scheme and host alone, such as https://siem.example.com",
});

export const consoleUrl = origin.transform((text) => new URL(text).origin);

/** The `console` section of the configuration file. */
export const consoleSchema = z
  .strictObject({ url: consoleUrl, frame_ancestors: z.array(origin.transform((text) => new URL(text).origin)) })
  .partial();

export function consoleSettings(
  { url, frame_ancestors: frameAncestors = [] }: z.output<typeof consoleSchema> = {},
  urlOfEnvironment: string | undefined,
): ConsoleSettings {
  return { url: urlOfEnvironment ?? url, frameAncestors };
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username } = new URL(text);
  const isWeb = protocol === "https:" || protocol === "http:";
  return isWeb && pathname === "/" && search === "" && hash === "" && username === "";
}
