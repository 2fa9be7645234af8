import { describe, expect, it, vi } from "vitest";
import { pace } from "./pace.ts";

describe("pace", () => {
  it("lets other work run after a while", async () => {
    let now = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
    try {
      const tick = pace({}, "edges");
      let hasRun = false;
      setImmediate(() => {
        hasRun = true;
      });
      await tick(0, 1);
      expect(hasRun).toBe(false);
      now = 60;
      await tick(1, 1);
      expect(hasRun).toBe(true);
    } finally {
      clock.mockRestore();
    }
  });
});
