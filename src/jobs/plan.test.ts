import { describe, expect, it } from "vitest";
import { errorOf } from "../errors/error-of.testing.ts";
import { type Plan, parentsOf, parsePlan, withParents } from "./plan.ts";

const plan: Plan = {
  kind: "run-acdc",
  subject: {
    case: { file: "mine.mjs", vocab: ["a", "b"], maxSeqLen: 6 },
    model: { kind: "result", name: "train" },
    prompts: {
      file: "prompts.json",
      content: { clean: [[0, 5]], corrupted: [[0, 4]], outputPositions: "last" },
    },
    advice: { untrained: "Train it." },
  },
  config: { params: { threshold: 0.025 } },
  parents: ["compile"],
  engine: { backend: "wasm", threads: 2 },
};

describe("a plan", () => {
  it("is the same when it comes back from JSON", () => {
    expect(parsePlan(JSON.parse(JSON.stringify(plan)), "plan.json")).toEqual(plan);
    const least = { kind: "compile", subject: { case: { id: "3" } } };
    expect(parsePlan(least, "plan.json")).toEqual(least);
  });

  it("names what it is made from, its model included", () => {
    expect(parentsOf(plan)).toEqual(["compile", "train"]);
    const renamed = withParents(plan, (name) => `${name}/3`);
    expect(parentsOf(renamed)).toEqual(["compile/3", "train/3"]);
    expect(withParents(renamed, (name) => name.replace("/3", ""))).toEqual(plan);
  });

  const refusalOf = (value: unknown) => errorOf(() => parsePlan(value, "plan.json"));

  it.each([
    [[], "E_PLAN: not as expected (at plan.json)"],
    [{ ...plan, kinds: 1 }, 'E_PLAN: no key "kinds" (at plan.json). Did you mean "kind"?'],
    [
      { ...plan, subject: { case: "3" } },
      'E_PLAN: "subject.case" is not as expected (at plan.json: subject.case) — expected the id of a case, such as { "id": "3" }, or a program file, { "file": "mine.mjs" } — received "3"',
    ],
    [
      { ...plan, subject: { model: { kind: "folder" } } },
      'E_PLAN: "subject.model.path" is not as expected',
    ],
    [{ ...plan, engine: { backend: "cuda", threads: 1 } }, 'E_PLAN: "engine.backend"'],
    [
      { ...plan, subject: { prompts: { file: "p.json", content: { clean: [[0], [1, 2]] } } } },
      "E_DATA: the data do not have one shape (at p.json: clean, row 1)",
    ],
  ])("is refused where it is none: %#", (value, message) => {
    expect(refusalOf(value)).toContain(message);
  });
});
