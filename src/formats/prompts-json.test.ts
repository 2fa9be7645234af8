import { describe, expect, it } from "vitest";
import { formatError } from "../errors/index.ts";
import { tinyTransformer } from "../transformer/fixtures.testing.ts";
import { decodePrompts, promptsTask } from "./prompts-json.ts";

/** The task of these prompts, or what its error says. */
function taskOf(prompts: object) {
  try {
    const text = JSON.stringify(prompts);
    return promptsTask(decodePrompts(text, "d.json"), tinyTransformer(), "d.json");
  } catch (error) {
    return formatError(error);
  }
}

describe("prompts of a user's own", () => {
  it("become tables of token ids", () => {
    const task = taskOf({
      clean: [
        [0, 5],
        [1, 2],
      ],
      corrupted: [
        [0, 4],
        [1, 3],
      ],
    });
    expect(task).toMatchObject({ rows: 2, positions: 2 });
    expect(task).toHaveProperty("cleanTokens", Int32Array.of(0, 5, 1, 2));
  });

  it.each([6, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 52])(
    "are refused with row and position for the token id %d",
    (id) => {
      const good = [
        [0, 5],
        [1, 2],
      ];
      const bad = [
        [0, 5],
        [1, id],
      ];
      for (const [key, prompts] of [
        ["clean", { clean: bad, corrupted: good }],
        ["corrupted", { clean: good, corrupted: bad }],
      ] as const) {
        expect(taskOf(prompts)).toBe(
          `E_DATA: ${id} is not a token id (at d.json: ${key}, row 1, position 1) — expected a whole number from 0 to 5 — received ${id}`,
        );
      }
    },
  );

  it.each([-1, 0.5, null, "1"])("are refused with row and position for %s", (id) => {
    const prompts = {
      clean: [
        [0, 5],
        [1, id],
      ],
      corrupted: [
        [0, 5],
        [1, 2],
      ],
    };
    expect(taskOf(prompts)).toContain("(at d.json: clean.1.1)");
  });
});
