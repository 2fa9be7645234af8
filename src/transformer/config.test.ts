import { describe, expect, it } from "vitest";
import { errorOf } from "../errors/error-of.testing.ts";
import { SCALED, TINY } from "./fixtures.testing.ts";
import {
  assertConfig,
  computationOf,
  defaultInitializerRange,
  type TransformerConfig,
} from "./index.ts";

const refusalOf = (value: unknown) => errorOf(() => assertConfig(value));

describe("a transformer's config", () => {
  it("may have no blocks and no spread of initial weights", () => {
    expect(refusalOf({ ...TINY, nLayers: 0, initializerRange: 0 })).toBe("accepted");
  });

  const required: { readonly [K in keyof typeof TINY]: unknown } = {
    nLayers: -1,
    nHeads: 0,
    dModel: 2.5,
    dHead: "3",
    dMlp: Number.NaN,
    nCtx: null,
    dVocab: undefined,
    dVocabOut: Number.POSITIVE_INFINITY,
    actFn: "GELU",
    attentionDir: 1,
    normalization: "LN",
    initializerRange: -0.1,
  };
  const optional: { readonly [K in keyof typeof SCALED]: unknown } = {
    attnScale: 0,
    scaleAttnByInverseLayerIdx: 1,
    attnScoresSoftCap: -1,
    outputLogitsSoftCap: Number.POSITIVE_INFINITY,
    eps: -1e-5,
  };
  it.each(Object.entries({ ...required, ...optional }))(
    "is refused when %s is %s",
    (field, value) => {
      expect(refusalOf({ ...TINY, [field]: value })).toContain(
        `E_CONFIG: the config field "${field}" is not usable (at ${field}) — expected `,
      );
    },
  );

  it.each(Object.keys(required))("is refused without %s", (field) => {
    const { [field as keyof typeof TINY]: _, ...rest } = TINY;
    expect(refusalOf(rest)).toContain(`(at ${field})`);
  });

  it("may leave out what has a default", () => {
    expect(refusalOf({ ...TINY, ...SCALED })).toBe("accepted");
  });

  it("says what it expected", () => {
    expect(refusalOf({ ...TINY, dHead: 0 })).toBe(
      'E_CONFIG: the config field "dHead" is not usable (at dHead) — expected a whole number of at least 1 — received 0',
    );
    expect(refusalOf({ ...TINY, actFn: "silu" })).toBe(
      'E_CONFIG: the config field "actFn" is not usable (at actFn) — expected "relu" or "gelu" or "gelu_new" — received "silu"',
    );
    expect(refusalOf({ ...TINY, dmodel: 4 })).toContain('Did you mean "dModel"');
    expect(refusalOf(null)).toBe("E_CONFIG: a transformer's config is an object — received null");
    expect(refusalOf("gpt2")).toContain("received string");
  });

  it("takes σ = 0.8/√dModel where nothing else is said", () => {
    expect(defaultInitializerRange(16)).toBe(0.2);
  });
});

describe("what a config computes", () => {
  const same = [
    ["σ of the initial weights", { initializerRange: 0.1 }],
    ["eps without a normalisation", { eps: 0.3 }],
    ["the scale that is the default", { attnScale: Math.sqrt(TINY.dHead) }],
    ["no division by the layer", { scaleAttnByInverseLayerIdx: false }],
  ] as const;
  it.each(same)("is the same with %s", (_, facts) => {
    expect(computationOf({ ...TINY, ...facts })).toEqual(computationOf(TINY));
  });

  it("is the same with the default eps of a normalisation, and another with another", () => {
    const normalized = { ...TINY, normalization: "LNPre" } as const;
    expect(computationOf({ ...normalized, eps: 1e-5 })).toEqual(computationOf(normalized));
    expect(computationOf({ ...normalized, eps: 1e-4 })).not.toEqual(computationOf(normalized));
  });

  const { eps: _, ...scales } = SCALED;
  const other = { ...scales, actFn: "relu", attentionDir: "bidirectional", normalization: "LNPre" };
  it.each(Object.entries(other))("is another when %s is %s", (field, value) => {
    const config: TransformerConfig = { ...TINY, [field]: value };
    expect(computationOf(config)).not.toEqual(computationOf(TINY));
  });
});
