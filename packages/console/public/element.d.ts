/** Texts by their places, as in the console's own list of them. */
export interface StringOverrides {
  readonly [name: string]: string | StringOverrides;
}

/**
 * `<arbitex-console>`: the whole console as one element. Importing this module defines it.
 * Attributes: `api`, `lang`, `theme`, `routing`, `start`.
 */
export declare class ArbitexConsole extends HTMLElement {
  /** Gives the bearer token of each request. Without it the browser's session with the server counts. */
  token: (() => string | Promise<string>) | undefined;
  /** Texts in place of the console's own. */
  strings: StringOverrides | undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    "arbitex-console": ArbitexConsole;
  }
}
