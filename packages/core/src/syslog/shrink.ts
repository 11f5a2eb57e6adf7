import type { TextRules } from "./escape.ts";
import { escaped, fitting } from "./escape.ts";
import type { Field } from "./fields.ts";

/** One field of a message: its text as cut to the field's maximum, not escaped yet. */
export interface FieldText {
  readonly field: Field;
  readonly text: string;
}

export interface ShrinkOptions {
  readonly maxBytes: number;
  readonly rules: TextRules;
  /** What stands before the value, what separates it from the field before included. */
  readonly prefixOf: (field: Field) => string;
}

/**
 * Makes a message's fields fit: first `msg` is shortened, then the custom fields, then optional fields are left out, and at the
 * very last the others are shortened, or left out where half of them would be wrong; of each kind the last of the table first. Shortening ends between characters, and an escape
 * is never cut, for it is made of one character.
 */
export function shrink(
  texts: readonly FieldText[],
  { maxBytes, rules, prefixOf }: ShrinkOptions,
): readonly FieldText[] {
  const sizes = texts.map(({ field, text }) => Buffer.byteLength(prefixOf(field) + escaped(text, rules)));
  const kept: (FieldText | undefined)[] = [...texts];
  let excess = sizes.reduce((total, size) => total + size, 0) - maxBytes;

  function shorten(index: number, { field, text }: FieldText, size: number): void {
    const prefixBytes = Buffer.byteLength(prefixOf(field));
    const shorter = fitting(size - prefixBytes - excess, text, rules);
    const isEmpty = shorter === "";
    kept[index] = isEmpty ? undefined : { field, text: shorter };
    excess -= isEmpty ? size : size - prefixBytes - Buffer.byteLength(escaped(shorter, rules));
  }

  for (const weight of ["message", "custom", "optional", "essential"] as const) {
    for (let index = texts.length - 1; index >= 0 && excess > 0; index--) {
      const fieldText = texts[index];
      const size = sizes[index];
      if (fieldText === undefined || size === undefined || fieldText.field.weight !== weight) continue;
      if (weight === "optional" || !fieldText.field.canBeCut) {
        kept[index] = undefined;
        excess -= size;
      } else shorten(index, fieldText, size);
    }
  }
  return kept.filter((fieldText) => fieldText !== undefined);
}
