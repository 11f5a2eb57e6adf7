type Present<Members> = {
  [Name in keyof Members as undefined extends Members[Name] ? never : Name]: Members[Name];
} & {
  [Name in keyof Members as undefined extends Members[Name] ? Name : never]?: Exclude<Members[Name], undefined>;
};

/** Returns the object without undefined members: an absent fact is an absent attribute, never null. */
export function present<Members extends object>(members: Members): Present<Members> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members)) if (value !== undefined) kept[name] = value;
  // The only cast: the compiler cannot see that the loop drops exactly the undefined members.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return kept as Present<Members>;
}
