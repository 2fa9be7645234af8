import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (name: string) => readFileSync(`${root}/${name}`, "utf8");

/** What `npm ci` and `npm run build` make in the image's first stage. */
const MADE = ["node_modules", "dist"];

/** What a stage copies: the words after COPY but the last, without options. */
const copied = [...read("Dockerfile").matchAll(/^COPY (?:--from=\w+ )?(.+)$/gm)].map(([, words]) =>
  words!.split(" ").slice(0, -1),
);
const fromBuild = copied.flat().flatMap((path) => /^\/build\/(.+)$/.exec(path)?.[1] ?? []);

describe("the Dockerfile", () => {
  it("copies what there is, or what its first stage makes", () => {
    const sources = copied.flat().map((path) => path.replace(/^\/build\//, ""));
    expect(sources.length).toBeGreaterThan(5);
    for (const source of sources) {
      expect(MADE.includes(source) || existsSync(`${root}/${source}`), source).toBe(true);
    }
  });

  it("leaves nothing that it copies out of the build", () => {
    const ignored = read(".dockerignore").trim().split("\n");
    for (const source of fromBuild) {
      expect(MADE.includes(source) || !ignored.includes(source), source).toBe(true);
    }
  });

  it("puts all that the package needs at run time into the image", () => {
    const { files } = JSON.parse(read("package.json")) as { files: string[] };
    const wanted = files.filter((name) => name !== "CONTRIBUTING.md");
    expect(fromBuild).toEqual(expect.arrayContaining([...wanted, "package.json", "node_modules"]));
  });
});
