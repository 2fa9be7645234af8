/** Something by a name of its own, and by the word that asked for it. */
export interface AskedName {
  readonly name: string;
  readonly word: string;
}

/** What each is called, in their order: by its name, or by its word where others have the same name. */
export const distinctNames = (items: readonly AskedName[]): string[] =>
  items.map(({ name, word }) =>
    items.filter((other) => other.name === name).length > 1 ? word : name,
  );
