import { describe, expect, it } from "vitest";
import { constant, fill, referenceBackend, type Tensor } from "../engine/index.ts";
import { formatError } from "../errors/index.ts";
import { tinyTransformer } from "../transformer/fixtures.testing.ts";
import { type HookName, patch, patchHead, run } from "../transformer/index.ts";
import { type Carried, intervene } from "./intervene.ts";

const backend = referenceBackend();
const transformer = tinyTransformer();
const [tokens, other] = [
  [0, 1, 2, 3],
  [5, 4, 0, 1],
];
const HOOK = "blocks.0.attn.hook_result";
const [HEAD, POSITIONS, HEADS, WIDTH] = [1, 4, 2, 5];
const node = `${HOOK}[${HEAD}]`;

const byHand = (value: (own: Tensor) => Tensor) =>
  run(transformer, backend, {
    tokens: [tokens!],
    hooks: { [HOOK]: (own: Tensor) => patchHead(own, HEAD, value(own)) },
  }).logits.data;
const capturedAt = (hook: HookName, rows: readonly number[][]) =>
  run(transformer, backend, { tokens: rows, capture: [hook] }).cache.get(hook)!.data;
const tried = (
  carried: Carried,
  parts = { nodes: [node] } as object,
  at: readonly number[] | undefined = undefined,
) => intervene(transformer, { tokens: tokens!, parts, carried, at }, backend);

const largestGap = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));

describe("an intervention on one input", () => {
  it("leaves the run as it is where no part is named", async () => {
    const { before, after } = await tried({ kind: "zero" }, {});
    const { data } = run(transformer, backend, { tokens: [tokens!] }).logits;
    expect(largestGap(before, data)).toBeLessThan(1e-14);
    expect(after).toEqual(before);
  });

  it("gives a head its value on another input, as a hook does", async () => {
    const { after } = await tried({ kind: "input", tokens: other! });
    const values = capturedAt(HOOK, [other!]);
    const wanted = byHand(() => constant(values, [POSITIONS, HEADS, WIDTH]));
    expect(largestGap(after, wanted)).toBeLessThan(1e-12);
  });

  it("gives it 0, its mean at each position, or a number in one or all directions", async () => {
    const rows = [tokens!, other!, other!];
    const mean = { tokens: Int32Array.from([...tokens!, ...other!]), multiplicity: [1, 2] };
    const values = capturedAt(HOOK, rows);
    const size = values.length / 3;
    const means = Float64Array.from({ length: size }, (_, i) => {
      return (values[i]! + values[size + i]! + values[2 * size + i]!) / 3;
    });
    const inOne = [0, 0, 0, 2.5, 0];
    const cases: readonly (readonly [Carried, Tensor])[] = [
      [{ kind: "zero" }, fill(0, [POSITIONS, WIDTH])],
      [{ kind: "mean", over: mean }, constant(means, [POSITIONS, HEADS, WIDTH])],
      [{ kind: "value", value: -0.5 }, fill(-0.5, [POSITIONS, WIDTH])],
      [
        { kind: "value", value: 2.5, direction: 3 },
        constant([inOne, inOne, inOne, inOne].flat(), [POSITIONS, WIDTH]),
      ],
    ];
    for (const [carried, value] of cases) {
      expect(
        largestGap(
          (await tried(carried)).after,
          byHand(() => value),
        ),
      ).toBeLessThan(1e-12);
    }
  });

  it("changes what one reader sees for an edge, and what all see for all of them", async () => {
    const carried = { kind: "zero" } as const;
    const readers = ["blocks.0.hook_mlp_out", "blocks.1.attn.hook_result[0]"];
    const rest = ["blocks.1.attn.hook_result[1]", "blocks.1.hook_mlp_out"];
    const edges = [...readers, ...rest, "blocks.1.hook_resid_post"].map((to) => `${node}->${to}`);
    const whole = (await tried(carried)).after;
    expect(largestGap((await tried(carried, { edges })).after, whole)).toBeLessThan(1e-14);
    const one = (await tried(carried, { edges: edges.slice(0, 1) })).after;
    expect(largestGap(one, whole)).toBeGreaterThan(1e-3);
  });

  it("is made at some positions alone, as a hook does there", async () => {
    const carried = { kind: "input", tokens: other! } as const;
    const at = [1, 3];
    const { before, after } = await tried(carried, undefined, at);
    const values = capturedAt(HOOK, [other!]);
    const on = constant([0, 1, 0, 1], [POSITIONS, 1, 1]);
    const source = constant(values, [POSITIONS, HEADS, WIDTH]);
    const wanted = byHand((own) => patch(own, source, on));
    expect(largestGap(after, wanted)).toBeLessThan(1e-12);
    // Attention looks back only: what comes before the first of them is as it was.
    const outputs = before.length / POSITIONS;
    expect(largestGap(after.subarray(0, outputs), before)).toBeLessThan(1e-14);
    const everywhere = await tried(carried, undefined, [0, 1, 2, 3]);
    expect(everywhere.after).toEqual((await tried(carried)).after);
    const nowhere = await tried(carried, undefined, []);
    expect(nowhere.after).toEqual(nowhere.before);
  });

  it("goes on in turns, and can be stopped", async () => {
    const shares: number[] = [];
    const onProgress = (share: number) => shares.push(share);
    const over = { tokens: Int32Array.from([...tokens!, ...other!]), multiplicity: [1, 1] };
    const intervention = {
      tokens: tokens!,
      parts: { nodes: [node] },
      carried: { kind: "mean", over },
    } as const;
    await intervene(transformer, intervention, backend, { onProgress });
    expect(shares.length).toBeGreaterThanOrEqual(3);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    const signal = AbortSignal.abort("enough");
    await expect(intervene(transformer, intervention, backend, { signal })).rejects.toBe("enough");
  });

  it("is refused for what the transformer does not have", async () => {
    const errorOf = (carried: Carried, parts?: object) => tried(carried, parts).catch(formatError);
    expect(await errorOf({ kind: "value", value: Number.NaN })).toContain("E_ABLATION");
    expect(await errorOf({ kind: "value", value: 1, direction: 5 })).toBe(
      "E_ABLATION: the residual stream has no such direction — expected a whole number from 0 to 4 — received 5",
    );
    expect(await tried({ kind: "zero" }, {}, [4]).catch(formatError)).toBe(
      "E_TOKENS: the input has no such position — expected whole numbers from 0 to 3 — received 4",
    );
    expect(await errorOf({ kind: "input", tokens: [1] })).toContain("E_TOKENS");
    expect(await errorOf({ kind: "zero" }, { nodes: ["blocks.9.hook_mlp_out"] })).toContain(
      "E_CIRCUIT",
    );
  });
});
