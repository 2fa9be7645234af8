import type { Progress } from "../../report/index.ts";

const nothing = () => {};

/**
 * The progress of many like jobs: neither their lines nor their notes are shown, and what they warn of a case, such
 * as a model that is not trained well, once.
 */
export function quietProgress({ warn }: Pick<Progress, "warn">): Progress {
  const told = new Set<string>();
  return {
    begin: () => ({ update: nothing, finish: nothing, fail: nothing }),
    note: nothing,
    warn(text) {
      // A job says its name and its case first: `run eap 3: …`.
      const [, said = text] = /^[^:]* (\S+: .*)$/s.exec(text) ?? [];
      if (told.has(said)) return;
      told.add(said);
      warn(said);
    },
  };
}
