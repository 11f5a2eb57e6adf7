import type { TextRules } from "./escape.ts";
import { escaped, fitting } from "./escape.ts";
import type { Field } from "./fields.ts";

/** One field of a message, cut to the field's maximum and not yet escaped. */
export interface FieldText {
  readonly field: Field;
  readonly text: string;
}

export interface ShrinkOptions {
  readonly maxBytes: number;
  readonly rules: TextRules;
  /** Returns the text before the value, with the separator from the previous field. */
  readonly prefixOf: (field: Field) => string;
}

/**
 * Makes a message's fields fit. First `msg` is shortened, then the custom fields; then optional fields are left out;
 * last, the others are shortened, or left out if they cannot be. Within each kind, the last of the table goes first. A
 * text is cut between characters, never within an escape, since each escape is one character.
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
