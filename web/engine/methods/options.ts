import { type Algorithm, optionFacts, parseOptions } from "../../../src/discovery/index.ts";
import { type FlagSpec, flagSpecs, flagValue } from "../../../src/flags/index.ts";
import { pageAlgorithm } from "../algorithms.ts";

/** An option of an algorithm, as a form shows it: made of what the algorithm declares. */
export interface OptionField {
  readonly name: string;
  /** What is typed or chosen. */
  readonly input:
    | { readonly kind: "choice"; readonly values: readonly string[] }
    | { readonly kind: "switch" }
    | { readonly kind: "text" };
  readonly summary: string;
  readonly unit: string | undefined;
  /** What holds if nothing is given, in words. */
  readonly fallback: string;
}

/** Options as texts, by name: what is typed into a form. */
export type OptionTexts = Readonly<Record<string, string>>;

/** The options that an algorithm declares, but for those that all algorithms share: a seed. */
export function optionFields({ options }: Pick<Algorithm, "options">): OptionField[] {
  const isOwn = ({ key }: FlagSpec) => optionFacts(options.shape[key]).isCommon !== true;
  return flagSpecs(options)
    .filter(isOwn)
    .map((spec) => ({
      name: spec.key,
      input: inputOf(spec),
      summary: spec.summary,
      unit: spec.facts.unit,
      fallback: spec.facts.defaultText ?? textOf(spec.fallback),
    }));
}

function inputOf({ type }: FlagSpec): OptionField["input"] {
  if (type.kind === "choice") return { kind: "choice", values: type.values };
  return type.kind === "switch" ? { kind: "switch" } : { kind: "text" };
}

function textOf(value: unknown): string {
  if (value === undefined) return "none";
  return Array.isArray(value) ? value.join(",") : String(value);
}

export interface OptionsInput {
  readonly algorithm: string;
  readonly texts: OptionTexts;
}

/**
 * The options that texts mean, checked as the algorithm checks them. `E_VALUE` or `E_OPTION` with the name of
 * the option in `at`.
 */
export function readOptions({ algorithm, texts }: OptionsInput): Readonly<Record<string, unknown>> {
  const { options } = pageAlgorithm(algorithm);
  const types = new Map(flagSpecs(options).map(({ key, type }) => [key, type]));
  const values = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const type = types.get(name);
      return [name, type === undefined ? text : flagValue(type, text, name)];
    }),
  );
  parseOptions(options, values);
  return values;
}
