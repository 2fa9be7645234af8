import * as z from "zod/mini";
import { InterpBenchError, type ObjectSchema } from "../../errors/index.ts";
import type { Algorithm } from "../algorithm/algorithm.ts";
import { parseAlgorithmText } from "../algorithm/algorithm-text.ts";
import type { DiscoveryContext } from "../algorithm/context.ts";
import type { Discovery } from "../algorithm/discovery.ts";
import { assertNeeds, type Needs } from "../algorithm/needs.ts";
import { option, parseOptions } from "../algorithm/options.ts";
import type { DiscoveryTask } from "../task/task.ts";

/** An algorithm whose ranking another one is made of, and its options. */
export interface Base {
  readonly algorithm: Algorithm;
  /** In full. */
  readonly options: Readonly<Record<string, unknown>>;
}

const name = z.string().check(z.minLength(1));

const described = (summary: string) =>
  `${summary}: NAME, or with options NAME:option=value:option=value`;

/** What a combination and the algorithms that it is made of have in common. */
interface CommonChoices {
  readonly ablation?: string | undefined;
  readonly seed?: number | undefined;
}

/** The seed of a combination, and of the algorithms that it is made of. */
export const combinationSeed = {
  seed: option(z._default(z.int().check(z.gte(0)), 1234), "Seed of all that is drawn", {
    isCommon: true,
  }),
};

/** The option that names the one algorithm that something is made of. */
export const baseOption = (fallback: string, summary: string) => ({
  of: option(z._default(name, fallback), described(summary)),
});

/** The option that names the algorithms that a combination is made of. */
export const basesOption = (fallback: readonly string[], summary: string) => ({
  of: option(z._default(z.array(name).check(z.minLength(1)), [...fallback]), described(summary)),
});

/**
 * The algorithm that a text names, with options: see {@link parseAlgorithmText}.
 *
 * What it does not say itself is as in `common`, where it has such options.
 *
 * `E_ALGORITHM` for a name that none of `known` has; `E_OPTION` for options that it does not have, and for
 * algorithms that rank nodes.
 */
export function parseBase(
  text: string,
  known: readonly Algorithm[],
  common: CommonChoices = {},
): Base {
  const { algorithm, given } = parseAlgorithmText(text, known);
  if (algorithm.ranks === "nodes") {
    throw new InterpBenchError("E_OPTION", "rankings of edges can be combined", {
      at: "of",
      expected: "algorithms that rank edges",
      received: `${algorithm.name}, which ranks nodes`,
    });
  }
  const { shape } = algorithm.options;
  const shared = Object.entries({ ablation: common.ablation, seed: common.seed }).filter(
    ([key, value]) => key in shape && value !== undefined,
  );
  const options = { ...Object.fromEntries(shared), ...given };
  return { algorithm, options: parseOptions(algorithm.options, options) };
}

interface CombinationChoices extends CommonChoices {
  readonly of: string | readonly string[];
}

/** What a combination needs: what all its bases do, each under its own options. */
export function needsOfBases(known: readonly Algorithm[]): Needs<ObjectSchema> {
  return {
    gradients: true,
    of: (options, task) => {
      const { of, ...common } = options as unknown as CombinationChoices;
      const bases = [of].flat().map((text) => parseBase(text, known, common));
      for (const { algorithm, options: own } of bases) {
        assertNeeds(algorithm.name, algorithm.needs ?? {}, own, task);
      }
      return {};
    },
  };
}

/** What a base finds; its progress is not shown. */
export function discoverBase(
  { algorithm, options }: Base,
  task: DiscoveryTask,
  { backend, signal }: DiscoveryContext,
): Promise<Discovery> {
  return algorithm.discover(task, options, {
    backend,
    ...(signal === undefined ? {} : { signal }),
  });
}
