import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ZOO_TABLE, zooPage } from "../tools/zoo-page.ts";

it("docs/zoo.md has the table of the models that the package has", () => {
  expect(readFileSync(ZOO_TABLE.page, "utf8"), "npm run build:zoo").toBe(zooPage());
});
