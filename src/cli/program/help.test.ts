import { describe, expect, it } from "vitest";
import { textWidth } from "../../report/index.ts";
import { echoCommand } from "../commands.testing.ts";
import { memoryIo, run, runWith } from "../io.testing.ts";
import { loadRegistry } from "../registry.ts";
import { runCli } from "../run.ts";
import { itemText } from "./help.ts";

const registry = await loadRegistry();
const COMMANDS = registry.commands.map(({ path }) => path.join(" "));

describe("help", () => {
  it.each(["", ...COMMANDS])("of %j fits into 80 columns", async (words) => {
    const { stdout } = await run([...words.split(" "), "--help"].filter((word) => word !== ""));
    const lines = stdout.split("\n");
    const options = lines.slice(
      0,
      lines.findIndex((line) => line.startsWith("Examples:")),
    );
    expect(options.filter((line) => textWidth(line) > 80)).toEqual([]);
  });

  it.each(COMMANDS)("of %s lists nothing that is refused everywhere", async (words) => {
    const { stdout } = await run([...words.split(" "), "--help"]);
    expect(stdout).not.toMatch(/wandb|--sweep|--device/);
  });

  it("shows examples as the program was called", async () => {
    const { io, written } = memoryIo({ program: "node dist/cli/main.js" });
    await runCli(["doctor", "--help"], io);
    expect(written.stdout).toContain("\n  node dist/cli/main.js doctor --json\n");
    await runCli(["doctor", "3"], io);
    expect(written.stderr).toContain('See "node dist/cli/main.js doctor --help".');
  });

  const examples = registry.commands.flatMap((command) =>
    command.examples.map((example) => example.command),
  );
  const echo = registry.commands.map(echoCommand);

  it.each(examples)("has examples whose flags are understood: %s", async (line) => {
    const words = line.replace(/ > .*/, "").match(/'[^']*'|\S+/g) ?? [];
    const plain = words.map((word) => word.replaceAll("'", ""));
    const { exitCode, stderr } = await runWith(echo, plain);
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
  });
});

describe("itemText", () => {
  it("puts the description beside a term, or below a long one", () => {
    expect(itemText("-a", 4, "one two three", 16)).toBe("  -a    one two\n        three");
    expect(itemText("--long", 4, "one", 20)).toBe("  --long\n        one");
    expect(itemText("-a", 4, "", 20)).toBe("  -a");
  });
});
