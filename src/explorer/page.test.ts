import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { PAGE_SCHEMA, type PageContent } from "../report/index.ts";
import { explorerPage } from "./page.ts";

const parts = {
  shell: 'const a = "</script><!--";',
  views: "var views = 1;",
  style: "p { color: red }",
  engine: "const pattern = /<\\/SCRIPT>/;",
};
const content: PageContent = {
  schema: PAGE_SCHEMA,
  kind: "report",
  title: 'A "title" </title><b>',
  version: "1.0.0",
  results: [
    {
      name: "</script><script>alert(1)</script>",
      kind: "<!--",
      case: "3",
      model: undefined,
      document: undefined,
    },
  ],
  models: [],
};

const textOf = (html: string, start: RegExp) => {
  const from = html.search(start);
  return html.slice(html.indexOf(">", from) + 1, html.indexOf("</script>", from));
};

describe("a page in one file", () => {
  const html = explorerPage(parts, content);

  it("has what it is given as data, whatever is in it", () => {
    expect(html.match(/<\/script>/g)).toHaveLength(4);
    expect(html).not.toContain("<!--");
    expect(JSON.parse(textOf(html, /<script type="application\/json"/))).toEqual(
      JSON.parse(JSON.stringify(content)),
    );
    expect(html).toContain("<title>A &quot;title&quot; &lt;/title&gt;&lt;b&gt;</title>");
  });

  it("has its program, meaning the same", () => {
    const program = textOf(html, /<script>/);
    expect(new Function(`${program} return a;`)()).toBe("</script><!--");
    const part = (id: string) =>
      gunzipSync(Buffer.from(textOf(html, new RegExp(` id="${id}"`)), "base64")).toString();
    expect(part("engine")).toBe(parts.engine);
    expect(part("views")).toBe(parts.views);
  });

  it("allows its own scripts and style, and loads nothing", () => {
    const hash = (text: string) => createHash("sha256").update(text).digest("base64");
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)![1]!;
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${hash(textOf(html, /<script>/))}' 'sha256-${hash(parts.views)}' 'wasm-unsafe-eval'`,
      `style-src 'sha256-${hash(parts.style)}'`,
      "worker-src blob:",
      "img-src data: blob:",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(explorerPage(parts, content, { connects: true })).toContain("connect-src 'self'");
  });
});
