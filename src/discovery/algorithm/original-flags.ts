/** A flag that the original has for something and that means nothing here, or is not offered. */
export interface OriginalFlag {
  /** All spellings, with their dashes. */
  readonly names: readonly `-${string}`[];
  /** Whether a value follows. */
  readonly takesValue: boolean;
  /** Whether it is left out with a warning, or an error because the results would differ. */
  readonly fate: "ignored" | "refused";
  /** Why, and what to use instead. */
  readonly note: string;
}

/** Switches of the original that are left out with a warning. */
export function ignoredSwitches(names: OriginalFlag["names"], note: string): OriginalFlag {
  return { names, takesValue: false, fate: "ignored", note };
}

/** Flags of the original that are left out, together with their values, with a warning. */
export function ignoredFlags(names: OriginalFlag["names"], note: string): OriginalFlag {
  return { names, takesValue: true, fate: "ignored", note };
}

/** Flags of the original that are refused. */
export function refusedFlags(
  names: OriginalFlag["names"],
  takesValue: boolean,
  note: string,
): OriginalFlag {
  return { names, takesValue, fate: "refused", note };
}
