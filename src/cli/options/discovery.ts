import { z } from "zod";
import {
  type Algorithm,
  type OptionFacts,
  optionFacts,
  parseOptions,
} from "../../discovery/index.ts";
import type { Schema } from "../../errors/index.ts";
import { asUsage, dashed, flag, grouped } from "../../flags/index.ts";
import { discoveryOptions } from "../../jobs/index.ts";

/** Options of every discovery command. */
export const discoveryFlags = grouped(
  "Data",
  {
    ...discoveryOptions,
    data: flag(
      z.string().optional(),
      "Your own prompts, as JSON: {clean, corrupted, targets, …}; docs/prompts.md has the keys",
      { placeholder: "FILE", defaultText: "the case's own" },
    ),
  },
  { corruption: { placeholder: "NAME" } },
);

/** The options of an algorithm as flags, but for those that all algorithms share. */
export function algorithmFlags(algorithm: Algorithm): Readonly<Record<string, Schema>> {
  const own = optionsOf(algorithm).filter(({ facts }) => facts.isCommon !== true);
  return Object.fromEntries(own.map(({ key, schema, facts }) => [facts.flagName ?? key, schema]));
}

/** The original's flags in place of one, by the kind of outputs. */
export function flagsByOutputs(algorithm: Algorithm): Readonly<Record<string, Schema>> {
  return Object.fromEntries(optionsOf(algorithm).flatMap(originalOptions));
}

/** The spelling of an option's flag: `--shuffle-seed`. */
export function flagOf(algorithm: Algorithm, key: string): string {
  const { facts } = optionsOf(algorithm).find((option) => option.key === key) ?? {};
  return `--${dashed(facts?.flagName ?? key)}`;
}

/**
 * The options of an algorithm, complete, from the values of its flags and the common ones. Usage
 * error `E_OPTION` if they do not fit together.
 *
 * @param categorical whether the task's outputs are classes: which of two of the original's options counts
 */
export function algorithmParams(
  algorithm: Algorithm,
  values: Readonly<Record<string, unknown>>,
  categorical = true,
): Record<string, unknown> {
  const params = optionsOf(algorithm).map(({ key, facts }) => {
    const other = facts.byOutputs?.[categorical ? "classes" : "numbers"].name;
    const original = other === undefined ? undefined : values[other];
    return [key, original ?? values[facts.flagName ?? key]] as const;
  });
  const given = Object.fromEntries(params.filter(([, value]) => value !== undefined));
  return asUsage(() => parseOptions(algorithm.options, given));
}

interface AlgorithmOption {
  readonly key: string;
  readonly schema: Schema;
  readonly facts: OptionFacts;
}

function optionsOf({ options }: Algorithm): AlgorithmOption[] {
  return Object.entries(options.shape).map(([key, schema]) => ({
    key,
    schema,
    facts: optionFacts(schema),
  }));
}

/** The original's options in place of one: for classes, and for numbers. */
function originalOptions({ key, facts }: AlgorithmOption): (readonly [string, Schema])[] {
  return Object.entries(facts.byOutputs ?? {}).map(([outputs, { name, values }]) => {
    const summary = `The same as --${dashed(key)}, for cases with ${outputs} only`;
    const group = "The original's spellings";
    return [name, flag(z.enum(values).optional(), summary, { group })] as const;
  });
}
