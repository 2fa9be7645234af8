import { describe, expect, it } from "vitest";
import { type Backend, type Program, wasmBackend } from "../engine/index.ts";
import { quickOptions, TINY_TASKS } from "./fixtures.testing.ts";
import { getAlgorithm } from "./index.ts";

const backend = await wasmBackend();

/** A backend that collects the programs that are loaded. */
function collecting(): { readonly backend: Backend; readonly programs: Set<Program> } {
  const programs = new Set<Program>();
  const load: Backend["load"] = (program) => {
    programs.add(program);
    return backend.load(program);
  };
  return { backend: { ...backend, load }, programs };
}

const NAMES = ["eap", "eap-ig-inputs", "exact", "acdc"];

describe.each(NAMES)("the programs of %s", (name) => {
  const algorithm = getAlgorithm(name);
  const options = quickOptions(algorithm);
  const discoveryOf = async (task: string, on = backend) => {
    const found = await algorithm.discover(TINY_TASKS[task]!, options, { backend: on });
    return [[...found.scores], found.diagnostics];
  };

  it("are made once", async () => {
    const task = "classes, causal";
    const [first, second] = [collecting(), collecting()];
    const found = await discoveryOf(task, first.backend);
    expect(await discoveryOf(task, second.backend)).toEqual(found);
    expect(second.programs.size).toBeGreaterThan(0);
    expect([...second.programs].filter((program) => !first.programs.has(program))).toEqual([]);
  });

  it("are those of a task, whichever went before", async () => {
    const tasks = Object.keys(TINY_TASKS);
    const found = new Map<string, unknown>();
    for (const task of tasks) found.set(task, await discoveryOf(task));
    for (const task of tasks.toReversed()) {
      expect(await discoveryOf(task)).toEqual(found.get(task));
    }
  });
});
