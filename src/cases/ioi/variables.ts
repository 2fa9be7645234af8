import type { RaspValue } from "../../rasp/index.ts";
import type { CaseVariables } from "../case.ts";
import { variable } from "../functions/variable.ts";
import { isName } from "./tokens.ts";

/** What a name mover adds to the logit of a name, and what S-inhibition adds to that of a repeated token. */
const MOVED = 10;
const INHIBITED = -15;

/** The variable that is the output. */
export const OUTPUT = "name_mover";

/**
 * The circuit of indirect object identification (Wang et al. 2022) in the simple form of InterpBench,
 * `[pos]` each:
 *
 * - `duplicate`: the last earlier place of the same token, or none.
 * - `s_inhibition`: the token at that place, or none.
 * - `name_mover`: the token with the largest logit, where each token so far adds 10 to its own if it
 *   is a name, and −15 to the one that `s_inhibition` says. Of equal ones the first of `tokens`; of
 *   no use before there is a name.
 *
 * @param tokens all tokens, in order of their ids
 */
export function ioiVariables(tokens: readonly string[]): CaseVariables {
  const places = new Map<RaspValue, number>(tokens.map((token, i) => [token, i]));
  return {
    duplicate: variable(["tokens"], ({ tokens }) =>
      tokens.map((token, i) => {
        const place = i === 0 ? -1 : tokens.lastIndexOf(token, i - 1);
        return place < 0 ? null : place;
      }),
    ),
    s_inhibition: variable(["tokens", "duplicate"], ({ tokens, duplicate }) =>
      duplicate.map((place) => (place === null ? null : tokens[Number(place)]!)),
    ),
    [OUTPUT]: variable(["tokens", "s_inhibition"], ({ tokens: input, s_inhibition }) => {
      const logits = new Float64Array(tokens.length);
      return input.map((token, i) => {
        if (isName(token)) logits[places.get(token)!]! += MOVED;
        const inhibited = s_inhibition[i]!;
        if (inhibited !== null) logits[places.get(inhibited)!]! += INHIBITED;
        return tokens[largest(logits)]!;
      });
    }),
  };
}

/** The place of the largest number, the first of equal ones. */
function largest(numbers: Float64Array): number {
  let best = 0;
  for (let i = 1; i < numbers.length; i++) if (numbers[i]! > numbers[best]!) best = i;
  return best;
}
