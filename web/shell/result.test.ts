import { describe, expect, it } from "vitest";
import type { PageResult } from "../../src/report/index.ts";
import { resultHeading } from "./result.ts";

const run = (id: string, params: object): PageResult => ({
  name: `run-eap/${id}/${JSON.stringify(params)}`,
  kind: "run-eap",
  case: id,
  model: undefined,
  document: { algorithm: "eap", params },
});

describe("the heading of a result", () => {
  it("is its algorithm or kind, and its case", () => {
    expect(resultHeading(run("3", { loss: "kl_div" }))).toBe("eap on case 3");
    expect(resultHeading({ ...run("3", {}), kind: "demo", document: {} })).toBe("demo on case 3");
  });

  it("tells apart what was run with other options on the same case", () => {
    const [plain, path] = [run("3", { loss: "kl_div" }), run("3", { loss: "kl_div", steps: 10 })];
    const all = [plain, path, run("4", { loss: "mse" })];
    expect(resultHeading(plain, all)).toBe("eap on case 3");
    expect(resultHeading(path, all)).toBe("eap (steps 10) on case 3");
  });
});
