import { describe, expect, it } from "vitest";
import { z } from "zod";
import { errorOf } from "../errors/error-of.testing.ts";
import { flag } from "./flag.ts";
import { dashed, flagSpecs } from "./spec.ts";
import { flagValue, flagValues, placeholderOf } from "./values.ts";

describe("dashed", () => {
  it.each([
    ["lr", "lr"],
    ["iitWeight", "iit-weight"],
    ["validationIIA", "validation-iia"],
    ["validationIIALoss", "validation-iia-loss"],
    ["layer2Width", "layer2-width"],
  ])("writes %s as %s", (key, text) => {
    expect(dashed(key)).toBe(text);
  });
});

describe("flagSpecs", () => {
  const typeOf = (schema: z.ZodType) => flagSpecs(z.object({ x: schema }))[0]!.type;

  it("is empty for no options", () => {
    expect(flagSpecs(z.object({}))).toEqual([]);
  });

  it("finds the type below defaults, optionals and transforms", () => {
    expect(typeOf(z.number())).toEqual({ kind: "number" });
    expect(typeOf(z.int().min(0).optional().nullable())).toEqual({ kind: "number" });
    expect(typeOf(z.boolean().default(true).readonly())).toEqual({ kind: "switch" });
    expect(typeOf(z.string().transform(Number))).toEqual({ kind: "text" });
    expect(typeOf(z.preprocess(Number, z.number()))).toEqual({ kind: "number" });
    expect(typeOf(z.enum(["a", "b"]).prefault("a"))).toEqual({
      kind: "choice",
      values: ["a", "b"],
      synonyms: {},
    });
    expect(typeOf(z.literal(["a", "b"]))).toEqual({
      kind: "choice",
      values: ["a", "b"],
      synonyms: {},
    });
    expect(typeOf(z.array(z.number()).default([]))).toEqual({
      kind: "list",
      item: { kind: "number" },
      isSplit: true,
      synonyms: {},
      takesOne: false,
      words: [],
    });
  });

  it("takes one value or several for a list, and a word for some of them", () => {
    const schema = z.union([z.number(), z.array(z.number())]);
    const type = typeOf(schema.meta({ flag: { synonyms: { few: "1,2.5" } } }));
    expect(flagValue(type, "3", "--at")).toBe(3);
    expect(flagValue(type, "3, 1e-5", "--at")).toEqual([3, 1e-5]);
    expect(flagValue(type, "few", "--at")).toEqual([1, 2.5]);
    expect(() => flagValue(type, "fewer", "--at")).toThrow("a value is not valid");
  });

  it("takes a word in place of a list", () => {
    const schema = z.union([z.enum(["all", "last"]), z.array(z.int())]).optional();
    const [spec] = flagSpecs(z.object({ at: schema }));
    const asked = (...texts: string[]) => flagValues([spec!], { at: texts }).at;
    expect(asked("last")).toBe("last");
    expect(asked("0,3")).toEqual([0, 3]);
    expect(asked("3")).toEqual([3]);
    expect(asked("0", "3")).toEqual([0, 3]);
    expect(() => asked("last", "3")).toThrow("--at is given twice");
    expect(() => asked("first")).toThrow("a value is not valid");
    expect(errorOf(() => asked("first"))).toContain(
      'expected "all", "last", or N,… — received "first"',
    );
    expect(placeholderOf(spec!)).toBe("all|last|N,…");
    const rules = z.union([z.enum(["none"]), z.array(z.enum(["norm", "identity"]))]).optional();
    const [ruled] = flagSpecs(z.object({ rules }));
    expect(errorOf(() => flagValues([ruled!], { rules: ["norm,foo"] }))).toContain(
      'expected "none", or norm|identity,… — received "norm,foo"',
    );
  });

  it("knows other texts for values, in lists, too", () => {
    const synonyms = { "val/a": "a" };
    const schema = z.array(z.enum(["a", "b"])).meta({ flag: { synonyms } });
    const type = typeOf(schema);
    expect(type).toMatchObject({ kind: "list", item: { kind: "choice", synonyms } });
    expect(flagValue(type, "val/a,b", "--x")).toEqual(["a", "b"]);
  });

  it("takes a spelling of one letter for the short one", () => {
    const [spec] = flagSpecs(
      z.object({ x: z.number().meta({ flag: { aliases: ["-s", "-ss"] } }) }),
    );
    expect(spec!.facts).toEqual({ short: "-s", aliases: ["-ss"] });
  });

  it("takes meaning and facts from any level, the outermost first", () => {
    const [spec] = flagSpecs(
      z.object({
        epochs: flag(z.int(), "Inner", { short: "-e", unit: "epochs" })
          .default(3)
          .describe("Outer"),
      }),
    );
    expect(spec).toMatchObject({
      key: "epochs",
      long: "--epochs",
      summary: "Outer",
      facts: { short: "-e", unit: "epochs" },
      fallback: 3,
      isRequired: false,
    });
  });

  it("knows what is required", () => {
    const specs = flagSpecs(z.object({ a: z.string(), b: z.string().optional() }));
    expect(specs.map(({ isRequired }) => isRequired)).toEqual([true, false]);
  });
});
