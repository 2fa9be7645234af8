import { describe, expect, it } from "vitest";
import { helpText, readOptions } from "./options.ts";
import type { Section } from "./section.ts";

const section = (name: string): Section => ({
  name,
  summary: `What ${name} does`,
  run: async () => [],
});
const sections = [section("ops"), section("steps")];
const read = (...given: string[]) => readOptions(given, sections);
const names = (...given: string[]) => read(...given).sections.map(({ name }) => name);

describe("the bench's arguments", () => {
  it("ask for everything when there are none", () => {
    expect(read()).toEqual({ wantsHelp: false, wantsJson: false, sections });
  });

  it("name sections, which run in their own order and once", () => {
    expect(names("steps")).toEqual(["steps"]);
    expect(names("steps", "ops", "--json", "steps")).toEqual(["ops", "steps"]);
    expect(read("--json", "ops").wantsJson).toBe(true);
    expect(read("-h").wantsHelp).toBe(true);
  });

  it("are refused when they are unknown, with the nearest known one", () => {
    expect(() => read("stps")).toThrow('no section "stps"');
    expect(() => read("--jsn")).toThrow('no flag "--jsn"');
    expect(() => read("--json=yes")).toThrow("--json takes no value");
    expect(() => read("-j")).toThrow('no flag "-j"');
  });

  it("are explained", () => {
    const help = helpText(sections);
    expect(help).toContain("  ops    What ops does\n  steps  What steps does\n");
    expect(help).toContain("INTERPBENCH_PYTHON");
  });
});
