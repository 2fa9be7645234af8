import { describe, expect, it } from "vitest";
import { showTables } from "../table.ts";
import { SECTIONS } from "./index.ts";
import { threads } from "./threads.ts";

describe("the sections of the bench", () => {
  it("have names of their own", () => {
    const names = SECTIONS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("give rows for programs and text for people", async () => {
    const said: string[] = [];
    const [table] = await threads.run({
      pace: { rounds: 1, seconds: 0 },
      progress: (what) => said.push(what),
    });
    const text = showTables([table!, table!]);
    expect(text).toMatch(/^Threads, in turns\n\ntraining step +backend/);
    for (const note of table!.notes) expect(text.split(note)).toHaveLength(2);
    expect(JSON.parse(JSON.stringify(table!.rows))).toHaveLength(said.length);
    for (const row of table!.rows) expect(row).toMatchObject({ step: expect.any(String) });
  });
});
