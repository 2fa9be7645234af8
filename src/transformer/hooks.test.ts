import { describe, expect, it } from "vitest";
import {
  add,
  compile,
  constant,
  fill,
  mul,
  referenceBackend,
  sampleInput,
  slice,
  type Tensor,
} from "../engine/index.ts";
import { errorOf, largestDifference, TINY, tinyTransformer } from "./fixtures.testing.ts";
import {
  BLOCK_HOOKS,
  constantTensors,
  forward,
  forwardFrom,
  type HookName,
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
    // With a normalisation, inputs per head and the shared normalisation exclude each other.
    const sets =
      normalization === "none"
        ? [all]
        : [/hook_[qkv]_input/, /ln1/].map((out) => all.filter((name) => !out.test(name)));
    for (const names of sets) {
      const fired: string[] = [];
      const hooks = new Map(
        names.map((name) => [
          name,
          (tensor: Tensor) => {
            fired.push(name);
            expect([name, tensor.shape]).toEqual([name, hookShape(config, name, 3)]);
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

  it("on the shared normalisation and on per-head inputs exclude each other", () => {
    const config = { ...TINY, normalization: "LNPre" as const };
    const ask = (capture: HookName[]) =>
      errorOf(() =>
        forward(config, parameterTensors(config), sampleInput("tokens", [2]), { capture }),
      );
    expect(ask(["blocks.0.ln1.hook_scale", "blocks.1.hook_q_input"])).toBe("accepted");
    expect(ask(["blocks.0.ln1.hook_scale", "blocks.0.hook_v_input"])).toBe(
      'E_HOOK: "blocks.0.ln1.hook_scale" and "blocks.0.hook_v_input" exclude each other (at blocks.0.hook_v_input). Where heads have inputs of their own, each input is normalised by itself.',
    );
  });
});
