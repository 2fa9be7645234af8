import { type RaspValue, valueKey } from "../rasp/index.ts";
import type { Case, FunctionCase, GivenIds } from "./case.ts";
import { inputEncoder } from "./compile-case.ts";

/** How the tokens of a case become ids. */
export interface TokenIds {
  /** The number of ids, those included that stand for no token of the case: dVocab. */
  readonly size: number;
  readonly bosId: number;
  /** `undefined` where all inputs have full length. */
  readonly padId: number | undefined;
  /** The id of a token; `undefined` for BOS, PAD and what is no token of the case. */
  idOf(token: RaspValue): number | undefined;
  /** The token of an id behind BOS. */
  tokenOf(id: number): RaspValue | undefined;
}

/** What of a case decides its ids. */
type IdFacts = Pick<Case, "vocab" | "maxSeqLen"> & Partial<Pick<FunctionCase, "ids">>;

/** The ids of the tokens of a case: those that it gives, or the places in its sorted vocabulary. */
export function tokenIds(facts: IdFacts): TokenIds {
  const { ids } = facts;
  if (ids === undefined) return sortedIds(facts);
  const { size, bos } = ids;
  const tokens = new Map(facts.vocab.map((token) => [givenId(ids, token), token]));
  const known = new Set(facts.vocab);
  return {
    size,
    bosId: bos,
    padId: undefined,
    idOf: (token) => (known.has(token) ? givenId(ids, token) : undefined),
    tokenOf: (id) => tokens.get(id),
  };
}

function sortedIds(facts: IdFacts): TokenIds {
  const { values, bosId, padId } = inputEncoder(facts);
  const places = new Map(values.map((value, id) => [valueKey(value), id]));
  const ids = new Map(facts.vocab.map(valueKey).map((key) => [key, places.get(key)]));
  return {
    size: values.length,
    bosId,
    padId,
    idOf: (token) => ids.get(valueKey(token)),
    tokenOf: (id) => values[id],
  };
}

/** The id that is given for a token or a class, all of which are texts. */
const givenId = ({ of }: GivenIds, token: RaspValue): number => of[String(token)]!;

/** How the outputs of a case become classes. */
export interface ClassIds {
  /** The number of logits, those included that stand for no class: dVocabOut; 1 for numbers. */
  readonly size: number;
  /** `undefined` for what is no class. */
  idOf(value: RaspValue): number | undefined;
}

/** The ids of the classes of a case of functions: those that it gives, or their places. */
export function classIds({
  classes = [],
  ids,
}: Pick<FunctionCase, "classes"> & Partial<Pick<FunctionCase, "ids">>): ClassIds {
  const places = new Map(
    classes.map((value, i) => [valueKey(value), ids === undefined ? i : givenId(ids, value)]),
  );
  const size = classes.length === 0 ? 1 : (ids?.size ?? classes.length);
  return { size, idOf: (value) => places.get(valueKey(value)) };
}
