import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../../src/cli/io.testing.ts";
import { engineOf, zooFiles } from "../engine.testing.ts";
import type { MethodInput } from "./rank.ts";
import type { MasksFrame, PathPoint } from "./watch.ts";

const ZOO = fileURLToPath(new URL("../../../models/3-seed1", import.meta.url));
const model = { kind: "loaded", name: "3-seed1" } as const;
const method = (algorithm: string, texts: MethodInput["texts"] = {}): MethodInput => ({
  model,
  algorithm,
  texts,
  seed: 7,
  size: 40,
});

/** Pages have the plain SIMD kernels, the command line may have fused ones: the last bits of float32 differ. */
const CLOSE = 1e-5;

describe("an algorithm that is watched in a page", () => {
  let cwd: string;
  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), "watch-"));
  });
  afterAll(() => rmSync(cwd, { recursive: true }));

  /** What the command line writes of the same. */
  const commandLine = async (line: string) => {
    const shared = `--model ${ZOO} --data-size 40 --seed 7 --backend wasm --json`;
    const { exitCode, stdout, stderr } = await run(`run ${line} -i 3 ${shared}`.split(" "), {
      cwd,
    });
    expect(exitCode, stderr).toBe(0);
    return JSON.parse(stdout);
  };

  const watch = async <T>(input: MethodInput) => {
    const { engine, close } = engineOf();
    await engine.call("load", zooFiles("3-seed1"));
    const told: T[] = [];
    const found = await engine.call("watch", input, {
      onProgress: (one) => told.push(one as unknown as T),
    });
    close();
    return { found, told };
  };

  it("has the effects of the command line when its points are added up", async () => {
    const { found, told } = await watch<PathPoint>(method("eap-ig-inputs", { steps: "6" }));
    expect(told.map(({ alpha }) => Number(alpha!.toFixed(3)))).toEqual([
      1, 0.833, 0.667, 0.5, 0.333, 0.167,
    ]);
    const { scores } = await commandLine("eap-ig-inputs --steps 6 --scores-only");
    expect(scores).toHaveLength(told[0]!.effects.length);
    const shown = new Map(found.shown);
    const largest = Math.max(...scores.map(({ score }: { score: number }) => Math.abs(score)));
    for (const [i, { from, to, score }] of scores.entries()) {
      const sum = told.reduce((total, { weight, effects }) => total + weight * effects[i]!, 0);
      expect(sum).toBe(shown.get(`${from}->${to}`));
      expect(Math.abs(sum - score)).toBeLessThan(CLOSE * largest);
    }
  });

  it("ends with the masks of the command line, and tells every loss", async () => {
    const { found, told } = await watch<MasksFrame>(method("edge-pruning", { steps: "500" }));
    expect(told.at(-1)).toMatchObject({ step: 500, steps: 500, setting: 0 });
    expect(told.length).toBeLessThanOrEqual(241);
    expect(told.flatMap(({ losses }) => losses)).toHaveLength(500);
    const document = await commandLine("edge-pruning --steps 500");
    const { kept, scores } = told.at(-1)!;
    const edges = (document.circuit.edges as [string, string][]).map((ends) => ends.join("->"));
    const rows = document.scores as { from: string; to: string; score: number }[];
    const ours = rows.filter((_, i) => kept[i] === 1).map(({ from, to }) => `${from}->${to}`);
    expect(ours.sort()).toEqual(edges.sort());
    expect(found.circuit!.edges.map((ends) => ends.join("->")).sort()).toEqual(edges);
    for (const [i, { score }] of rows.entries()) expect(scores[i]).toBeCloseTo(score, 2);
  });

  it.each([
    ["sp", { edgewise: "true", epochs: "60" }, "sp --edgewise --epochs 60", 60],
    ["ugs", { steps: "60" }, "ugs --steps 60", 60],
  ] as const)(
    "learns the masks of the command line by %s, too",
    async (name, texts, line, steps) => {
      const { found, told } = await watch<MasksFrame>(method(name, texts));
      expect(told.at(-1)).toMatchObject({ step: steps, steps });
      const { scores, circuit } = await commandLine(line);
      const rows = scores as { from: string; to: string; score: number }[];
      for (const [i, { score }] of rows.entries()) {
        expect(told.at(-1)!.scores[i]).toBeCloseTo(score, 3);
      }
      expect(found.circuit!.edges.map((ends) => ends.join("->")).sort()).toEqual(
        (circuit.edges as [string, string][]).map((ends) => ends.join("->")).sort(),
      );
    },
  );

  it("stops when it is told to, with what it has told by then", async () => {
    const { engine, close } = engineOf();
    await engine.call("load", zooFiles("3-seed1"));
    const controller = new AbortController();
    const told: MasksFrame[] = [];
    const stopped = engine.call("watch", method("edge-pruning", { steps: "100000" }), {
      signal: controller.signal,
      onProgress: (frame) => {
        told.push(frame as MasksFrame);
        controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ failure: { isStopped: true } });
    expect(told[0]).toMatchObject({ step: 1, steps: 100_000 });
    close();
  });
});
