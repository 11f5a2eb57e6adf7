import base from "./base.css?inline";
import form from "./form.css?inline";
import layout from "./layout.css?inline";
import pages from "./pages.css?inline";
import parts from "./parts.css?inline";
import theme from "./theme.css?inline";

/** The styles, for the element's own tree: they neither touch the embedding page nor need a style tag. */
export function sheets(): CSSStyleSheet[] {
  return [theme, base, layout, parts, form, pages].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
}
