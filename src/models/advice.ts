import { z } from "zod";

/**
 * What can be done where a model cannot be had, a sentence for each reason: hints of errors, in the
 * words of who asks for the model.
 */
export interface ModelAdvice {
  /** It has not been trained yet. */
  readonly untrained: string;
  /** It takes other inputs than the case has, or gives other outputs. */
  readonly misfit: string;
  /** A file of its folder is missing or cannot be read. */
  readonly incomplete: string;
}

/** What is said where nobody says it in other words. */
export const DEFAULT_ADVICE: ModelAdvice = {
  untrained: "Train it, or take the compiled one (tracr) if the case has a program.",
  misfit: "Name the case the model was trained for, or bring prompts of your own.",
  incomplete: "Training a model and compiling one write such folders.",
};

/** Some of a {@link ModelAdvice}, in JSON. */
export const modelAdviceSchema = z.strictObject({
  untrained: z.string().optional(),
  misfit: z.string().optional(),
  incomplete: z.string().optional(),
});
