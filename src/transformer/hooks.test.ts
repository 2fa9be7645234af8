import { describe, expect, it } from "vitest";
import {
  add,
  type Backend,
  batchSum,
  compile,
  concat,
  constant,
  fill,
  gradients,
  mul,
  referenceBackend,
  sampleInput,
  slice,
  square,
  stopGradient,
  sum,
  type Tensor,
  wasmBackend,
} from "../engine/index.ts";
import { errorOf } from "../errors/error-of.testing.ts";
import { largestDifference, TINY, tinyTransformer } from "./fixtures.testing.ts";
import {
  BLOCK_HOOKS,
  constantTensors,
  forward,
  forwardFrom,
  type HookName,
  type Hooks,
  hookNames,
  hookShape,
  mergeHooks,
  NORMALIZATIONS,
  parameterTensors,
  parseHookName,
  run,
} from "./index.ts";

const backend = referenceBackend();
const model = tinyTransformer();
const TOKENS = [[0, 5, 3]];

const build = (options: Parameters<typeof forward>[3]) =>
  forward(TINY, parameterTensors(TINY), sampleInput("tokens", [3]), options);

/** Number of nodes of each shape in the graph of a tensor. */
function shapesIn(output: Tensor): Set<string> {
  const seen = new Set<Tensor>();
  const visit = (tensor: Tensor): void => {
    if (seen.has(tensor)) return;
    seen.add(tensor);
    tensor.inputs.forEach(visit);
  };
  visit(output);
  return new Set([...seen].map((tensor) => tensor.shape.join("×")));
}

describe("hook names", () => {
  it("of a transformer without blocks are those of the embeddings", () => {
    expect(hookNames({ ...TINY, nLayers: 0 })).toEqual(["hook_embed", "hook_pos_embed"]);
  });

  it("stand in firing order, with the normalisations' where there are some", () => {
    const names = hookNames(TINY);
    expect(names).toHaveLength(2 + 2 * 18);
    expect(names.slice(0, 4)).toEqual([
      "hook_embed",
      "hook_pos_embed",
      "blocks.0.hook_resid_pre",
      "blocks.0.hook_q_input",
    ]);
    const normalized = hookNames({ ...TINY, normalization: "LNPre" });
    expect(normalized).toHaveLength(2 + 2 * BLOCK_HOOKS.length + 2);
    expect(normalized.at(-1)).toBe("ln_final.hook_normalized");
  });

  it("take apart into layer and place", () => {
    expect(parseHookName(TINY, "blocks.1.attn.hook_z")).toEqual({ layer: 1, hook: "attn.hook_z" });
    expect(parseHookName(TINY, "hook_embed")).toEqual({ layer: undefined, hook: "hook_embed" });
  });

  it("are refused with the nearest ones", () => {
    expect(errorOf(() => hookShape(TINY, "blocks.1.attn.hook_reslt", 3))).toContain(
      'E_HOOK: no hook "blocks.1.attn.hook_reslt". Did you mean "blocks.1.attn.hook_result"',
    );
    expect(errorOf(() => hookShape(TINY, "blocks.2.hook_mlp_in", 3))).toContain("E_HOOK");
    expect(errorOf(() => hookShape(TINY, "blocks.01.hook_mlp_in", 3))).toContain("E_HOOK");
    expect(errorOf(() => hookShape(TINY, "blocks.0.ln1.hook_scale", 3))).toContain("E_HOOK");
  });
});

describe("hooks", () => {
  it.each(NORMALIZATIONS)("fire in order with the shapes they promise (%s)", (normalization) => {
    const config = { ...TINY, normalization };
    const all = hookNames(config);
    // With a normalisation, its shape depends on whether heads have inputs of their own.
    const sets =
      normalization === "none"
        ? [all]
        : [/never/, /hook_[qkv]_input/, /ln1/].map((out) => all.filter((name) => !out.test(name)));
    for (const names of sets) {
      const hasOwnInputs = names.includes("blocks.0.hook_q_input");
      const fired: string[] = [];
      const hooks = new Map(
        names.map((name) => [
          name,
          (tensor: Tensor) => {
            fired.push(name);
            const shape = hookShape(config, name, 3, { hasOwnInputs });
            expect([name, tensor.shape]).toEqual([name, shape]);
            expect(tensor.extent).toBe("sample");
            return undefined;
          },
        ]),
      );
      forward(config, parameterTensors(config), sampleInput("tokens", [3]), { hooks });
      expect(fired).toEqual(names);
    }
  });

  it("leave the logits alone when they only look", () => {
    for (const normalization of NORMALIZATIONS) {
      const tiny = tinyTransformer({ normalization });
      const plain = run(tiny, backend, { tokens: TOKENS }).logits.data;
      const capture = hookNames(tiny.config).filter((name) => !name.includes(".ln1."));
      const watched = run(tiny, backend, { tokens: TOKENS, capture });
      expect([...watched.cache.keys()]).toEqual(capture);
      expect(largestDifference(watched.logits.data, plain)).toBeLessThan(1e-12);
    }
  });

  it("cost nothing where nobody asks: no [pos, head, dModel] in the graph", () => {
    expect(shapesIn(build({}).logits)).not.toContain("3×2×5");
    const hooked = build({ capture: ["blocks.1.hook_q_input"] }).logits;
    expect(shapesIn(hooked)).toContain("3×2×5");
  });

  it("make every head's result add up to attn_out", () => {
    const names = ["blocks.0.attn.hook_result", "blocks.0.hook_attn_out"] as const;
    const { cache } = run(model, backend, { tokens: TOKENS, capture: names });
    const [result, out] = names.map((name) => cache.get(name)!.data);
    const b_O = model.weights.get("blocks.0.attn.b_O")!.data;
    const summed = out!.map((_, i) => {
      const [pos, d] = [Math.floor(i / 5), i % 5];
      return result![pos * 10 + d]! + result![pos * 10 + 5 + d]! + b_O[d]!;
    });
    expect(largestDifference(out!, summed)).toBeLessThan(1e-12);
  });

  it("change what a head reads and nothing else", () => {
    const secondHead = constant([0, 1], [2, 1]);
    const hooks = { "blocks.0.hook_q_input": (x: Tensor) => mul(x, secondHead) };
    const capture = ["blocks.0.attn.hook_q", "blocks.0.attn.hook_k"] as const;
    const [changed, plain] = [
      { tokens: TOKENS, capture, hooks },
      { tokens: TOKENS, capture },
    ].map((request) => run(model, backend, request).cache);
    const b_Q = model.weights.get("blocks.0.attn.b_Q")!.data;
    const expected = plain!.get("blocks.0.attn.hook_q")!.data.map((value, i) => {
      const firstHead = i % 6 < 3;
      return firstHead ? b_Q[i % 6]! : value;
    });
    expect(largestDifference(changed!.get("blocks.0.attn.hook_q")!.data, expected)).toBe(0);
    expect(changed!.get("blocks.0.attn.hook_k")).toEqual(plain!.get("blocks.0.attn.hook_k"));
  });

  it("on an MLP's input leave the path around it alone", () => {
    const shifted = run(model, backend, {
      tokens: TOKENS,
      hooks: { "blocks.1.hook_mlp_in": (x) => add(x, 1) },
      capture: ["blocks.1.hook_resid_mid", "blocks.1.mlp.hook_pre"],
    });
    const names = ["blocks.1.hook_resid_mid", "blocks.1.mlp.hook_pre"] as const;
    const before = run(model, backend, { tokens: TOKENS, capture: names });
    const gap = (name: (typeof names)[number]) =>
      largestDifference(shifted.cache.get(name)!.data, before.cache.get(name)!.data);
    expect(gap(names[0])).toBe(0);
    expect(gap(names[1])).toBeGreaterThan(0.1);
  });

  it("may put a value that is the same for all sequences in place", () => {
    const hooks = { hook_embed: () => fill(0, [3, 5]), hook_pos_embed: () => fill(0, [3, 5]) };
    const { logits, cache } = run(model, backend, {
      tokens: [...TOKENS, [1, 1, 1]],
      hooks,
      capture: ["hook_embed"],
    });
    expect(logits.shape).toEqual([2, 3, 8]);
    expect(cache.get("hook_embed")!.data).toEqual(new Float64Array(30));
  });

  it("on one point run in order, each seeing the one before", () => {
    const seen: string[] = [];
    const merged = mergeHooks(
      { hook_embed: (x) => add(x, 1) },
      new Map([["hook_embed" as const, (x: Tensor) => void seen.push(x.op.kind)]]),
      { hook_embed: (x) => mul(x, 2) },
    );
    const embedded = sampleInput("x", [1]);
    const result = merged.get("hook_embed")!(embedded)!;
    const values = backend
      .load(compile({ outputs: { result } }))
      .run({ batch: 1, inputs: { x: Float64Array.of(3) } });
    expect([...values.result]).toEqual([8]);
    expect(seen).toEqual(["binary"]);
    expect(mergeHooks().size).toBe(0);
  });

  it("that change the shape are refused", () => {
    expect(errorOf(() => build({ hooks: { hook_embed: (x) => slice(x, 0, 0, 1) } }))).toBe(
      'E_HOOK: the hook at "hook_embed" changed the shape (at hook_embed) — expected [3, 5] — received [1, 5]',
    );
  });

  it("with unknown names are refused, whichever way they are asked for", () => {
    const name = "blocks.0.hook_mlp_outt" as HookName;
    const expected = 'no hook "blocks.0.hook_mlp_outt". Did you mean "blocks.0.hook_mlp_out"';
    expect(errorOf(() => build({ hooks: { [name]: () => undefined } }))).toContain(expected);
    expect(errorOf(() => build({ capture: [name] }))).toContain(expected);
    const choice = { on: fill(0), source: fill(0, [3, 5]) };
    expect(errorOf(() => build({ switches: new Map([[name, choice]]) }))).toContain(expected);
  });

  it("that never fire are refused", () => {
    const weights = constantTensors(model);
    const resid = sampleInput("resid", [3, 5]);
    const restart = (capture: HookName[]) =>
      errorOf(() => forwardFrom(TINY, weights, "blocks.1.hook_resid_mid", resid, { capture }));
    expect(restart(["blocks.1.hook_mlp_out"])).toBe("accepted");
    expect(restart(["blocks.1.hook_resid_mid"])).toBe("accepted");
    expect(restart(["blocks.1.hook_attn_out"])).toBe(
      'E_HOOK: the hook "blocks.1.hook_attn_out" never fires in this forward pass (at blocks.1.hook_attn_out). The pass starts behind this point.',
    );
  });

  describe("on the normalisation where heads have inputs of their own", () => {
    const config = { ...TINY, normalization: "LNPre" as const };
    const own = tinyTransformer({ normalization: "LNPre" });
    const scale = "blocks.1.ln1.hook_scale";
    const normalized = "blocks.1.ln1.hook_normalized";
    const inputs = ["q", "k", "v"].map((which) => `blocks.1.hook_${which}_input` as HookName);
    const tokens = [[0, 1, 2]];

    it.each(inputs)(
      "are called once for all of q, k and v, though only %s is asked for",
      (input) => {
        const plain = run(own, backend, { tokens, capture: [scale, normalized] });
        const split = run(own, backend, { tokens, capture: [scale, normalized, input] });
        expect(largestDifference(split.logits.data, plain.logits.data)).toBeLessThan(1e-12);
        const { nHeads, dModel } = own.config;
        for (const [name, width] of [
          [scale, 1],
          [normalized, dModel],
        ] as const) {
          const each = split.cache.get(name)!;
          expect(each.shape).toEqual([1, 3, 3, nHeads, width]);
          const one = plain.cache.get(name)!.data;
          each.data.forEach((value, i) => {
            const position = Math.floor(i / (3 * nHeads * width));
            expect(Math.abs(value - one[position * width + (i % width)]!)).toBeLessThan(1e-12);
          });
        }
      },
    );

    it("change what a query alone reads", () => {
      const doubled = (hooks: Hooks) =>
        run(own, backend, {
          tokens,
          hooks,
          capture: ["blocks.1.attn.hook_q", "blocks.1.attn.hook_k"],
        }).cache;
      const plain = doubled({ [inputs[0]!]: (x: Tensor) => x });
      const changed = doubled({
        [inputs[0]!]: (x: Tensor) => x,
        [normalized]: (x: Tensor) => concat([mul(slice(x, 1, 0, 1), 2), slice(x, 1, 1, 3)], 1),
      });
      const gap = (name: HookName) =>
        largestDifference(changed.get(name)!.data, plain.get(name)!.data);
      expect(gap("blocks.1.attn.hook_q")).toBeGreaterThan(0.01);
      expect(gap("blocks.1.attn.hook_k")).toBe(0);
    });

    it("stop gradients at the scale of each head's input, as if it were a constant", async () => {
      const at = [scale, ...inputs] as const;
      const slopesOf = (isFrozen: boolean) => {
        const weights = constantTensors(own);
        const hooks: Hooks = isFrozen ? { [scale]: (x: Tensor) => stopGradient(x) } : {};
        const { logits, cache } = forward(config, weights, sampleInput("tokens", [3]), {
          hooks,
          capture: at,
        });
        const loss = batchSum(sum(square(logits)));
        return compile({ outputs: { slope: gradients(loss, [cache.get(inputs[0]!)!])[0]! } });
      };
      const wasm = await wasmBackend();
      const slope = (on: Backend, isFrozen: boolean) => [
        ...on
          .load(slopesOf(isFrozen))
          .run({ batch: 1, inputs: { tokens: Float32Array.from(tokens[0]!) } }).slope,
      ];
      // Frozen, the slope goes through x − mean and the scale alone: J = (I − 11ᵀ/d)/scale.
      const frozen = slope(backend, true);
      const { dModel } = own.config;
      const sums = Array.from({ length: frozen.length / dModel }, (_, i) =>
        frozen.slice(i * dModel, (i + 1) * dModel).reduce((a, b) => a + b, 0),
      );
      expect(Math.max(...sums.map(Math.abs))).toBeLessThan(1e-12);
      const whole = slope(backend, false);
      expect(largestDifference(frozen, whole)).toBeGreaterThan(1e-3);
      expect(largestDifference(slope(wasm, true), frozen)).toBeLessThan(1e-4);
      expect(largestDifference(slope(wasm, false), whole)).toBeLessThan(1e-4);
    });
  });
});
