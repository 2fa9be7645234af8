import { expect, it } from "vitest";
import { makeCase } from "../../cases/index.ts";
import { aggregate, indices, map, numerical, select, TRUE, tokens } from "../../rasp/index.ts";
import { showRun } from "./run-text.ts";

it("a document of a run tells infinite values and none apart", () => {
  const inverse = makeCase({
    id: "mine",
    task: "1 over the position, or nothing at the last one.",
    vocab: ["a", "b"],
    maxSeqLen: 5,
    program: () => map((i: number) => (i === 3 ? null : i === 2 ? -1 / 0 : 1 / i), indices),
  });
  const { document } = showRun(inverse, ["a", "b", "b", "a"]);
  expect(JSON.parse(JSON.stringify(document))).toEqual({
    id: "mine",
    input: ["a", "b", "b", "a"],
    rasp: ["inf", 1, "-inf", null],
    compiled: ["inf", 1, "-inf", null],
    differs: [],
  });
});

const isA = numerical(map((x: string) => (x === "a" ? 1 : 0), tokens));
const share = numerical(aggregate(select(tokens, tokens, TRUE), isA, 0));

it("a document of a run has NaN where weights overflow", () => {
  const leap = makeCase({
    id: "mine",
    task: "A leap.",
    vocab: ["a", "b"],
    maxSeqLen: 5,
    categorical: false,
    program: () => numerical(map((x: number) => (x > 0.4 ? 3e38 : -3e38), share)),
  });
  const { document } = showRun(leap, ["a", "b"]);
  expect(document).toMatchObject({ rasp: [3e38, 3e38], compiled: ["nan", "nan"], differs: [0, 1] });
});
