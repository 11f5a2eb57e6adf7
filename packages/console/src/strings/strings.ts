import type { en } from "./en.ts";

export type Strings = Translated<typeof en>;

type Translated<T> = { readonly [K in keyof T]: T[K] extends string ? string : Translated<T[K]> };

/** Texts that an embedding page sets in place of the console's own. */
export type StringOverrides = {
  readonly [K in keyof Strings]?: Strings[K] extends string ? string : Partial<Strings[K]>;
};

export type Plural = { readonly one: string; readonly other: string };

/** Puts values into a text: `{n}` becomes `values.n`. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => `${values[name] ?? whole}`);
}

/** The console's texts with those of the embedding page in their place. */
export function overridden(strings: Strings, overrides: StringOverrides): Strings {
  return merged(strings, overrides);
}

function merged<T extends object>(texts: T, overrides: object): T {
  const given = new Map(Object.entries(overrides));
  const entries = Object.entries(texts).map(([key, own]) => {
    const other: unknown = given.get(key);
    if (typeof own === "string") return [key, typeof other === "string" ? other : own];
    return [key, typeof other === "object" && other !== null ? merged(own, other) : own];
  });
  return Object.assign({}, texts, Object.fromEntries(entries));
}
