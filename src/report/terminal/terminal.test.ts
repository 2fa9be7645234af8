import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { PICTURES } from "../drawing/examples.testing.ts";
import { drawCircuitText } from "./circuit.ts";
import { cutText, stripStyle, styleOf, textWidth, wantsColours } from "./style.ts";
import { type Column, formatFacts, formatTable } from "./table.ts";

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../test/fixtures/report/${name}`, import.meta.url));

describe("drawCircuitText", () => {
  for (const [name, picture] of Object.entries(PICTURES)) {
    it(`draws ${name} as in its snapshot`, async () => {
      await expect(drawCircuitText(picture)).toMatchFileSnapshot(fixture(`${name}.txt`));
    });
  }

  it("says the same with colours", () => {
    const picture = PICTURES["case-3-found"]!;
    const coloured = drawCircuitText(picture, styleOf(true));
    expect(coloured).not.toBe(drawCircuitText(picture));
    expect(stripStyle(coloured)).toBe(drawCircuitText(picture));
  });
});

describe("formatTable", () => {
  interface Row {
    readonly id: string;
    readonly auroc?: number;
    readonly edges: number;
  }
  const columns: Column<Row>[] = [
    { heading: "case", value: ({ id }) => id },
    { heading: "AUROC", value: ({ auroc }) => auroc },
    { heading: "edges", value: ({ edges }) => edges },
  ];

  it("says that there are no rows", () => {
    expect(formatTable(columns, [])).toBe("case  AUROC  edges\n(none)\n");
  });

  it("aligns numbers on the right and shows what is undefined", () => {
    const rows = [
      { id: "3", auroc: 0.98765, edges: 4 },
      { id: "ioi_next_token", edges: 459 },
    ];
    expect(formatTable(columns, rows)).toBe(
      [
        "case             AUROC  edges",
        "3               0.9877      4",
        "ioi_next_token       –    459",
        "",
      ].join("\n"),
    );
  });

  it("keeps columns aligned under colours", () => {
    const { red } = styleOf(true);
    const painted = columns.map((column) => ({ ...column, paint: red }));
    const rows = [{ id: "3", edges: 4 }];
    const plain = formatTable(columns, rows);
    expect(stripStyle(formatTable(painted, rows, styleOf(true)))).toBe(plain);
  });
});

describe("formatFacts", () => {
  it("aligns values behind their names", () => {
    expect(formatFacts([])).toBe("");
    expect(
      formatFacts([
        ["causal", true],
        ["maxSeqLen", 5],
      ]),
    ).toBe("causal     yes\nmaxSeqLen  5\n");
  });
});

describe("colours", () => {
  it("follow NO_COLOR, then FORCE_COLOR, then the terminal", () => {
    expect(wantsColours(false, {})).toBe(false);
    expect(wantsColours(true, {})).toBe(true);
    expect(wantsColours(true, { TERM: "dumb" })).toBe(false);
    expect(wantsColours(true, { NO_COLOR: "1", FORCE_COLOR: "1" })).toBe(false);
    expect(wantsColours(true, { NO_COLOR: "" })).toBe(true);
    expect(wantsColours(false, { FORCE_COLOR: "1" })).toBe(true);
    expect(wantsColours(true, { FORCE_COLOR: "0" })).toBe(false);
  });

  it("take no width", () => {
    expect(textWidth(styleOf(true).bold("a−b"))).toBe(3);
    expect(cutText("abcdef", 4)).toBe("abc…");
    expect(cutText("abcd", 4)).toBe("abcd");
  });
});
