import { h, render } from "preact";
import { App } from "./app/app.tsx";
import { hashNavigation, memoryNavigation } from "./state/navigation.ts";
import type { StringOverrides } from "./strings/strings.ts";
import { sheets } from "./styles/sheets.ts";

/**
 * `<arbitex-console>`: the whole console as one element, for the server's own page and for a platform's.
 * Attributes: `api` (the server's root; where this file came from if not set), `lang`, `theme` (`light`, `dark`),
 * `routing="hash"` to keep the place in the address bar, `start` (the first page's path).
 */
export class ArbitexConsole extends HTMLElement {
  static readonly observedAttributes = ["lang", "theme"];

  // Only declared: a page may set them before this module is loaded, and fields would undo that.

  /** Gives the bearer token of each request. Without it the browser's session with the server counts. */
  declare token: (() => string | Promise<string>) | undefined;
  /** Texts in place of the console's own. */
  declare strings: StringOverrides | undefined;

  connectedCallback(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = sheets();
    this.#render();
  }

  disconnectedCallback(): void {
    if (this.shadowRoot !== null) render(null, this.shadowRoot);
  }

  attributeChangedCallback(): void {
    if (this.isConnected && this.shadowRoot !== null) this.#render();
  }

  #render(): void {
    if (this.shadowRoot === null) return;
    const isPage = this.getAttribute("routing") === "hash";
    this.#navigation ??= isPage ? hashNavigation(window) : memoryNavigation(this.getAttribute("start") ?? "");
    const app = h(App, {
      host: this,
      root: this.getAttribute("api") ?? new URL(/* @vite-ignore */ "../", import.meta.url).href,
      navigation: this.#navigation,
      isEmbedded: !isPage,
      token: this.token,
      overrides: this.strings ?? {},
      lang: this.getAttribute("lang"),
      theme: this.getAttribute("theme"),
    });
    render(app, this.shadowRoot);
  }

  #navigation: ReturnType<typeof hashNavigation> | undefined;
}

if (customElements.get("arbitex-console") === undefined) customElements.define("arbitex-console", ArbitexConsole);
