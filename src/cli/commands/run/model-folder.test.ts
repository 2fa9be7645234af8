import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dialects, parseEdge } from "../../../circuit/index.ts";
import {
  CONFIG,
  storedOf,
  tinyModelTask,
} from "../../../discovery/attribution/tiny-model.testing.ts";
import { getAlgorithm } from "../../../discovery/index.ts";
import { encodeSafetensors } from "../../../formats/index.ts";
import { runWith } from "../../io.testing.ts";
import { algorithmCommand } from "./algorithm.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "folder-"));
  const { weights } = tinyModelTask().transformer;
  const single = [...weights].map(([key, { shape, data }]) => {
    return [key, { dtype: "F32", shape, data: Float32Array.from(data) }] as const;
  });
  const bytes = encodeSafetensors(new Map(single));
  for (const [folder, normalization] of [
    ["none", null],
    ["LNPre", "LNPre"],
  ] as const) {
    mkdirSync(join(cwd, folder));
    writeFileSync(join(cwd, folder, "model.safetensors"), bytes);
    const config = {
      n_layers: 2,
      n_heads: 2,
      d_model: 8,
      d_head: 4,
      d_mlp: 16,
      n_ctx: 6,
      d_vocab: 10,
      act_fn: "gelu",
      normalization_type: normalization,
    };
    writeFileSync(join(cwd, folder, "config.json"), JSON.stringify(config));
  }
  const prompts = {
    clean: [
      [0, 3, 7, 5],
      [0, 1, 4, 2],
      [0, 6, 2, 9],
    ],
    corrupted: [
      [0, 8, 7, 5],
      [0, 1, 9, 2],
      [0, 6, 3, 4],
    ],
    targets: [3, 1, 6],
    foils: [8, 4, 2],
    outputPositions: "last",
  };
  writeFileSync(join(cwd, "prompts.json"), JSON.stringify(prompts));
  const { outputPositions: _, ...unsaid } = prompts;
  const rows = (answers: readonly number[]) =>
    answers.map((answer) => [answer, answer, answer, answer]);
  const anywhere = { ...unsaid, targets: rows(prompts.targets), foils: rows(prompts.foils) };
  writeFileSync(join(cwd, "anywhere.json"), JSON.stringify(anywhere));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const commands = ["eap", "eap-ig-inputs", "exact", "gim"].map((name) =>
  algorithmCommand(getAlgorithm(name)),
);
const documentOf = async (line: string) => {
  const words = [...line.split(" "), "--threads", "1", "--json"];
  const { exitCode, stdout, stderr } = await runWith(commands, words, { cwd });
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout);
};

/** Scores of the document, by the EAP-IG library's names of edges. */
const scoresOf = (document: {
  readonly scores: readonly {
    readonly from: string;
    readonly to: string;
    readonly score: number;
  }[];
}) =>
  new Map(
    document.scores.map(({ from, to, score }) => [
      dialects.eap.formatEdge(parseEdge(`${from}->${to}`), CONFIG),
      score,
    ]),
  );

const LIBRARY = "--loss logit_diff --score-scale library";

describe("run on a model folder and prompts gives the stored scores of all edges", () => {
  it.each([
    ["EAP", `run eap ${LIBRARY}`],
    ["EAP-IG-inputs", `run eap-ig-inputs ${LIBRARY}`],
    ["exact", "run exact --loss avg_diff"],
    ["GIM", `run gim ${LIBRARY} --gim-plain-mlp-scale 0.5`],
  ])("%s: %s", async (column, line) => {
    for (const [normalization, { edges }] of Object.entries(storedOf)) {
      const wanted = Object.entries(edges).filter(([, scores]) => scores[column] !== undefined);
      if (wanted.length === 0) continue;
      for (const [backend, tolerance] of [
        ["reference", 1e-6],
        ["wasm", 1e-5],
      ] as const) {
        const where = `--model ${normalization} --data prompts.json --backend ${backend}`;
        const found = scoresOf(await documentOf(`${line} ${where}`));
        expect(found.size).toBe(46);
        const largest = Math.max(...[...found.values()].map(Math.abs));
        for (const [edge, scores] of wanted) {
          const error = Math.abs(found.get(edge)! - scores[column]!);
          expect(error, `${normalization} ${edge}`).toBeLessThan(tolerance * largest);
        }
      }
    }
  });

  it("where the command line says which position counts", async () => {
    const [said, given] = [
      await documentOf("run eap --loss avg_diff --model none --data prompts.json --backend wasm"),
      await documentOf(
        "run eap --loss avg_diff --model none --data anywhere.json --output-positions last --backend wasm",
      ),
    ];
    expect(given.scores).toEqual(said.scores);
    const words = "run eap --loss avg_diff --model none --data anywhere.json --output-positions 9";
    const { exitCode, stderr } = await runWith(commands, words.split(" "), { cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      "expected different positions from 0 to 3, at least one — received [9]",
    );
  });
});
