import type { JSX } from "preact";
import { CodeBlock } from "./code-block.tsx";
import { ServerText } from "./text.tsx";
import { blocksOf } from "./markdown.ts";

/** A guide's text: headings, paragraphs, lists and code. Addresses in it stay text, and HTML is shown as it is written. */
export function Prose({ text }: { readonly text: string }): JSX.Element {
  return (
    <div class="stack prose" lang="en">
      {blocksOf(text).map((block) => {
        switch (block.kind) {
          case "heading":
            return (
              <h3>
                <ServerText text={block.text} />
              </h3>
            );
          case "paragraph":
            return (
              <p>
                <ServerText text={block.text} />
              </p>
            );
          case "list": {
            const items = block.items.map((item) => (
              <li>
                <ServerText text={item} />
              </li>
            ));
            return block.isNumbered ? <ol>{items}</ol> : <ul>{items}</ul>;
          }
          case "table":
            return (
              <div class="table-wrap" tabIndex={0} role="region" aria-label={block.head.join(", ")}>
                <table class="slim-table">
                  <thead>
                    <tr>
                      {block.head.map((cell) => (
                        <th scope="col">
                          <ServerText text={cell} />
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {block.rows.map((row) => (
                      <tr>
                        {row.map((cell, at) => (
                          <td data-label={block.head[at]}>
                            <ServerText text={cell} />
                          </td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            );
          case "code":
            return <CodeBlock title={block.language || "text"} text={block.text} keepsLines />;
          default:
            return block satisfies never;
        }
      })}
    </div>
  );
}
