import { describe, expect, it } from "vitest";
import { countingBackend } from "../engine/counting.testing.ts";
import { openScope, withScope } from "./scope.ts";

describe("a scope", () => {
  it("frees everything, each thing once, also when the work fails", async () => {
    const { backend, alive } = countingBackend();
    const failing = withScope(backend, (scope) => {
      scope.release(scope.buffer(3));
      scope.buffer(4);
      expect(alive()).toBe(1);
      throw new Error("failed");
    });
    await expect(failing).rejects.toThrow("failed");
    expect(alive()).toBe(0);
  });

  it("may be ended by its owner, who may do so twice", () => {
    const { backend, alive } = countingBackend();
    const scope = openScope(backend);
    scope.buffer(3);
    scope.release(scope.buffer(4));
    expect(alive()).toBe(1);
    for (let i = 0; i < 2; i++) scope.dispose();
    expect(alive()).toBe(0);
  });
});
