import { expect, it } from "vitest";
import { weightsCode, weightsOfCode, weightsWords } from "./weights.ts";

it("gives the code of the original's weights", () => {
  expect(weightsCode({ iitWeight: 1, behaviorWeight: 1, strictWeight: 0.4 })).toBe("510");
  expect(weightsCode({ iitWeight: 1, behaviorWeight: 0, strictWeight: 0.05 })).toBe("60");
  expect(weightsCode({ iitWeight: 0, behaviorWeight: 1, strictWeight: 0 })).toBe("100");
});

it("finds weights with any code, as flags", () => {
  for (let code = 0; code <= 3000; code++) {
    const words = weightsWords(weightsOfCode(String(code)));
    const [iitWeight, behaviorWeight, strictWeight] = [words[1], words[3], words[5]].map(Number);
    expect(
      weightsCode({
        iitWeight: iitWeight!,
        behaviorWeight: behaviorWeight!,
        strictWeight: strictWeight!,
      }),
    ).toBe(String(code));
  }
  expect(weightsWords(weightsOfCode("510")).join(" ")).toBe("-iit 1 -b 1 -s 0.4");
});
