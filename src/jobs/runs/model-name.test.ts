import { expect, it } from "vitest";
import { modelNameOf } from "./model-name.ts";

it("a model is called by its kind, and one of a folder by the folder alone, wherever that lies", () => {
  expect(modelNameOf({ kind: "tracr" })).toBe("tracr");
  expect(modelNameOf({ kind: "folder", path: "/home/me/models/mine" })).toBe("mine");
  expect(modelNameOf({ kind: "folder", path: "./mine/" })).toBe("mine");
});
