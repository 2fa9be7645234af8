import { z } from "zod";
import type { Algorithm, SelectionWays } from "../../discovery/index.ts";
import { flag, UsageError } from "../../flags/index.ts";
import { flagOf } from "./discovery.ts";

/** Options of algorithms that only make a circuit if one is asked for. */
export function selectionOptions({ ranks = "edges", selection }: Algorithm) {
  if (selection === undefined) return {};
  return {
    scoresOnly: flag(z.boolean().default(false), `Rank the ${ranks}, and make no circuit of them`),
  };
}

/** Values of the flags, of which some may select. */
type Values = Readonly<Record<string, unknown>>;

/** A way to ask for a circuit, and its flag. */
type Way = SelectionWays["ways"][number] & { readonly flag: string };

const waysOf = (algorithm: Algorithm): Way[] =>
  (algorithm.selection?.ways ?? []).map((way) => ({ ...way, flag: flagOf(algorithm, way.option) }));

/** What an algorithm's help says about how a circuit is asked for; nothing if it always makes one. */
export function selectionHelp(algorithm: Algorithm): string[] {
  const flags = waysOf(algorithm).map((way) => way.flag);
  if (flags.length === 0) return [];
  return [
    `Give ${flags.join(" or ")} to make a circuit of the scores, or --scores-only to do without. Your own prompts (--data) need neither.`,
  ];
}

/**
 * Usage error `E_FLAG` for a way to select a circuit where none is wanted, and for none where one is
 * required: where the truth is known, a circuit is what is judged by it.
 */
export function assertSelection(algorithm: Algorithm, values: Values, isRequired: boolean): void {
  const ways = waysOf(algorithm);
  if (ways.length === 0) return;
  const wantsNone = values.scoresOnly === true;
  const given = ways.filter(({ option }) => values[option] !== undefined).map((way) => way.flag);
  if (wantsNone && given.length > 0) {
    throw new UsageError("E_FLAG", "with --scores-only no circuit is made", {
      expected: `no ${given.join(", no ")}`,
      received: given.join(" and "),
    });
  }
  if (wantsNone || given.length > 0 || !isRequired) return;
  throw new UsageError("E_FLAG", `${ways.map((way) => way.flag).join(" or ")} is missing`, {
    expected: ways.map((way) => `${way.flag} ${way.symbol}, ${way.purpose}`).join(", or "),
    received: "neither",
    hint: `For a ranking of the ${algorithm.ranks ?? "edges"} without a circuit give --scores-only.`,
  });
}
