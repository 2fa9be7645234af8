import { expect, it } from "vitest";
import { engineOf } from "../engine.testing.ts";

const model = { kind: "compiled", case: "3" } as const;
const input = { model, algorithm: "eap-ig-inputs", texts: {}, seed: 1, size: 20 };

it("ranks edges by any algorithm with options as they are typed", async () => {
  const { engine, close } = engineOf();
  const { edges, found, circuit } = await engine.call("rank", {
    ...input,
    texts: { steps: "3", edgeCount: "4" },
  });
  expect(circuit).toHaveLength(found.circuit!.edges.length);
  expect(edges.map(({ rank }) => rank)).toEqual(
    edges.map(({ rank }) => rank).toSorted((a, b) => a - b),
  );
  const right = edges.filter(({ isTrue }) => isTrue).length;
  expect(right).toBe(found.truth!.length);
  const total = edges.reduce((sum, { rank }) => sum + rank, 0);
  expect(total).toBe((edges.length * (edges.length + 1)) / 2);
  close();
});

it("says what is wrong with an option, and which one it is", async () => {
  const { engine, close } = engineOf();
  const failureOf = (texts: Record<string, string>, algorithm = "acdc") =>
    engine.call("options", { algorithm, texts }).then(
      () => undefined,
      (error) => error.failure,
    );
  expect(await failureOf({ threshold: "low" })).toMatchObject({
    at: "threshold",
    expected: /list|number/,
  });
  expect(await failureOf({ steps: "0" }, "eap-ig-inputs")).toMatchObject({
    at: "steps",
    code: "E_OPTION",
  });
  expect(await failureOf({ treshold: "1" })).toMatchObject({
    at: "treshold",
    hint: expect.stringContaining("threshold"),
  });
  expect(await engine.call("options", { algorithm: "acdc", texts: { threshold: "0.1" } })).toEqual({
    threshold: 0.1,
  });
  close();
});

it("declares the options of every algorithm of the page with what they do and their defaults", async () => {
  const { engine, close } = engineOf();
  const algorithms = await engine.call("algorithms", undefined);
  for (const { options } of algorithms) {
    for (const { summary, fallback, input } of options) {
      expect(summary).not.toBe("");
      expect(fallback).not.toBe("");
      if (input.kind === "choice") expect(input.values.length).toBeGreaterThan(1);
    }
  }
  const acdc = algorithms.find(({ name }) => name === "acdc")!;
  expect(acdc.options.map(({ name }) => name)).toContain("threshold");
  close();
});
