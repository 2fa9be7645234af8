import { describe, expect, it } from "vitest";
import { referenceBackend } from "../../engine/index.ts";
import { errorOf } from "../../errors/error-of.testing.ts";
import { Key } from "../../rng/index.ts";
import {
  causalModelOf,
  defineCase,
  encodeFoils,
  encodeTargets,
  type FunctionCase,
  type FunctionDefinition,
  generateData,
  getCase,
  lowLevelConfig,
  makeCase,
  makeDataset,
  shapeNames,
  withShape,
} from "../index.ts";
import { induction } from "./induction.testing.ts";

const IDS = { a: 9, b: 3, c: 0, none: 5 };

const definition: FunctionDefinition = {
  ...induction,
  shapes: {
    small: {},
    large: { shape: { dMlp: 7, nCtx: 12 }, ids: { size: 10, bos: 9, of: IDS } },
  },
};
const case_ = makeCase(definition);
const large = withShape(case_, "large") as FunctionCase;
const backend = referenceBackend();

describe("the shapes of a case", () => {
  it("are named, the first one being that of the case", () => {
    expect(shapeNames(case_)).toEqual(["small", "large"]);
    expect(withShape(case_, "small")).toEqual(case_);
    expect(withShape(large, "small")).toEqual(case_);
    expect(makeCase({ ...case_ })).toEqual(case_);
    expect([case_.shapeName, large.shapeName]).toEqual(["small", "large"]);
    expect(shapeNames(getCase("3"))).toEqual([]);
  });

  it("have sizes of their own, and those of their vocabularies", () => {
    const same = { nLayers: 2, nHeads: 4, dHead: 8, dModel: 32 };
    const small = { ...same, dMlp: 128, nCtx: 6, dVocab: 5, dVocabOut: 4 };
    expect(lowLevelConfig(case_)).toMatchObject(small);
    const larger = { ...same, dMlp: 7, nCtx: 12, dVocab: 10, dVocabOut: 10 };
    expect(lowLevelConfig(large)).toMatchObject(larger);
  });

  it("are of cases that have them", () => {
    expect(errorOf(() => withShape(case_, "larg"))).toBe(
      'E_CASE: no shape of case "induction" "larg". Did you mean "large"?',
    );
    expect(errorOf(() => withShape(getCase("3"), "large"))).toBe(
      'E_CASE: case "3" has one shape, without a name (at shape) — expected no shape — received large',
    );
  });

  it.each([
    [{ size: 10, bos: 10, of: IDS }, "shapes.x.ids.bos", "an id below 10", "10"],
    [{ size: 9, bos: 0, of: IDS }, "shapes.x.ids.of", 'an id below 9 of its own for "a"', "9"],
    [{ size: 10, bos: 0, of: { ...IDS, b: 9 } }, "shapes.x.ids.of", 'for "b"', 'that of "a"'],
    [{ size: 10, bos: 0, of: { a: 1, b: 2, c: 3 } }, "shapes.x.ids.of", '"none"', "nothing"],
  ])("give every token an id: not %j", (ids, at, expected, received) => {
    const text = errorOf(() => makeCase({ ...induction, shapes: { x: { ids } } }));
    for (const part of ["E_CASE", `(at ${at})`, expected, `received ${received}`]) {
      expect(text).toContain(part);
    }
  });

  it("are transformers", () => {
    const shapes = { x: { shape: { dMlp: 0 } } };
    expect(errorOf(() => makeCase({ ...induction, shapes }))).toContain("(at shape.dMlp)");
    expect(() => defineCase({ ...definition, id: "again" })).not.toThrow();
  });
});

describe("data in given ids", () => {
  const rows = [[..."abcab"], [..."ccaab"]];
  const data = makeDataset(large, rows);

  it("has an id for each token, and BOS in front", () => {
    expect([...data.tokens]).toEqual([9, 9, 3, 0, 9, 3, 9, 0, 0, 9, 9, 3]);
    expect(data.inputs).toEqual(makeDataset(case_, rows).inputs);
  });

  it("is of full length, as there is no PAD", () => {
    expect(errorOf(() => makeDataset(large, [["a"]]))).toBe(
      'E_DATA: a row is no input of case "induction" (at row 0) — expected 5 tokens (BOS is added) — received 1 tokens',
    );
    expect(errorOf(() => makeDataset(large, [[..."abcaB"]]))).toContain('received "B"');
    expect(errorOf(() => makeDataset(large, [["BOS", ..."abca"]]))).toContain('received "BOS"');
  });

  it("has the targets of the case, with other numbers", () => {
    const drawn = generateData(large, { key: Key.fromSeed(1), size: 50 });
    const targetsOf = (one: FunctionCase) => {
      const targets = encodeTargets(causalModelOf(one), makeDataset(one, rowsOf(drawn)), backend);
      return targets.categorical ? [...targets.classes] : [];
    };
    const names = induction.classes!.map(String);
    const ids = names.map((name) => IDS[name as keyof typeof IDS]);
    const expected = targetsOf(case_).map((id, i) => (i % 6 === 0 ? 0 : ids[id]));
    expect(targetsOf(large)).toEqual(expected);
  });

  it("has foils among its classes", () => {
    const foiled = makeCase({ ...definition, foil: () => "c" });
    expect(encodeFoils(withShape(foiled, "large"), data.inputs)).toEqual([0, 0]);
    expect(encodeFoils(foiled, data.inputs)).toEqual([2, 2]);
  });
});

const rowsOf = ({ inputs }: { readonly inputs: readonly (readonly unknown[])[] }) =>
  inputs.map((row) => row.slice(1)) as string[][];
