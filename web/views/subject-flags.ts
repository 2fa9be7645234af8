import type { ModelRef } from "../engine/methods/models.ts";

/** What a command line is about: `-i 3 --model tracr`; of models that are trained or of the zoo the case is enough. */
export const subjectFlags = (word: string, { kind }: ModelRef): string =>
  `-i ${word}${kind === "compiled" ? " --model tracr" : ""}`;
