import { InterpBenchError } from "../../errors/index.ts";
import { canonicalJson } from "../../formats/index.ts";
import type { FoundModel, GivenRanking } from "../../models/index.ts";

type Shape = Pick<GivenRanking["shape"], "nLayers" | "nHeads">;

const shapeText = ({ nLayers, nHeads }: Shape) => `${nLayers} layers of ${nHeads} heads`;

/**
 * Throws unless rankings can stand in one table: `E_SCORE` if they are of graphs of other shapes, `E_PLAN` for results
 * of other models, data or seeds, which are two protocols, and for two of one name.
 */
export function assertComparable(rankings: readonly GivenRanking[]): void {
  const names = rankings.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) {
    throw new InterpBenchError("E_PLAN", "two rankings have one name", { received: twice });
  }
  const [first, ...others] = rankings;
  for (const other of others) {
    const [expected, received] = [first!, other].map(({ shape }) => shapeText(shape));
    if (expected === received) continue;
    throw new InterpBenchError("E_SCORE", "the rankings are of different graphs", {
      at: other.name,
      expected,
      received,
    });
  }
  const protocols = rankings.flatMap(({ name, made }) =>
    made === undefined ? [] : [{ name, text: protocolText(made) }],
  );
  const odd = protocols.find(({ text }) => text !== protocols[0]!.text);
  if (odd === undefined) return;
  throw new InterpBenchError("E_PLAN", "two results are of different protocols", {
    at: odd.name,
    expected: protocols[0]!.text,
    received: odd.text,
    hint: "Only what was found on the same model, data and seed can stand in one table.",
  });
}

const protocolText = ({ case: id, model, data, seed }: NonNullable<GivenRanking["made"]>) =>
  `case ${id}, model ${model.name} (${model.sha256.slice(0, 12)}), data ${canonicalJson(data)}, seed ${seed}`;

/** Throws `E_SCORE` for a ranking of a graph that a model does not have, `E_MODEL` for a result of another model. */
export function assertFitsModel(
  rankings: readonly GivenRanking[],
  { transformer, sha256, storedName }: FoundModel,
): void {
  for (const { name, shape, made } of rankings) {
    const [expected, received] = [shapeText(transformer.config), shapeText(shape)];
    if (expected !== received) {
      throw new InterpBenchError("E_SCORE", "the ranking does not fit the model", {
        at: name,
        expected: `${expected}, as ${storedName} has`,
        received,
      });
    }
    if (made === undefined || made.model.sha256 === sha256) continue;
    throw new InterpBenchError("E_MODEL", "the result is of another model", {
      at: name,
      expected: `${made.model.name} of case ${made.case} (${made.model.sha256.slice(0, 12)})`,
      received: `${storedName} (${sha256.slice(0, 12)})`,
      hint: "Name the model that the circuit was looked for in.",
    });
  }
}
