import { createHash } from "node:crypto";
import type { PageContent } from "../report/index.ts";
import { packed } from "./packed.ts";
import type { PageParts } from "./parts.ts";

/** How a page is put together. */
export interface PageOptions {
  /** Whether it may fetch what lies beside it, from its own origin. Default: it fetches nothing. */
  readonly connects?: boolean;
}

/**
 * The page in one file: the program, what it runs later (the engine of its worker, and what draws, compressed),
 * and the content, which are data to the browser.
 *
 * Its content security policy allows the two scripts and the style that are in it, WebAssembly, and workers
 * made of a blob; nothing is loaded from anywhere, unless it `connects`.
 */
export function explorerPage(
  { shell, views, style, engine }: PageParts,
  content: PageContent,
  { connects = false }: PageOptions = {},
): string {
  const program = scriptText(shell);
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(program)}' '${hashOf(views)}' 'wasm-unsafe-eval'`,
    `style-src '${hashOf(style)}'`,
    "worker-src blob:",
    "img-src data: blob:",
    ...(connects ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="interpbench ${escapeHtml(content.version)}">
<title>${escapeHtml(content.title)}</title>
<style>${style}</style>
</head>
<body>
<div id="app"><p>This page is a program: it needs a browser with JavaScript and WebAssembly.</p></div>
<script type="application/json" id="content">${jsonText(content)}</script>
<script type="application/gzip" id="engine">${packed(engine)}</script>
<script type="application/gzip" id="views">${packed(views)}</script>
<script>${program}</script>
</body>
</html>
`;
}

/** The source of a hash in a content security policy. */
function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;
}

/** JSON that no HTML ends: `<` is written as an escape. */
function jsonText(content: PageContent): string {
  return JSON.stringify(content).replaceAll("<", "\\u003c");
}

/**
 * A program in which nothing ends the element that it stands in, or begins a comment: both can only be in its
 * strings and patterns, where `\/` is `/` and `\x3c` is `<`.
 */
function scriptText(code: string): string {
  return code.replace(/<(?=\/script|!--)/gi, "\\x3c");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
}
