import { PAGE_SCHEMA, type PageContent } from "../../src/report/index.ts";

/** What is wrong with what a page was given, and what to do about it. */
export interface ContentProblem {
  readonly problem: string;
  readonly advice: string;
}

/** The content that stands in the page. */
export function readContent(text: string | null | undefined): PageContent | ContentProblem {
  let content: unknown;
  try {
    content = JSON.parse(text ?? "");
  } catch {
    return {
      problem: "The content of this page is cut off or was changed.",
      advice: "Make the report again, or copy the whole file.",
    };
  }
  const schema = (content as { readonly schema?: unknown } | null)?.schema;
  if (schema === PAGE_SCHEMA) return content as PageContent;
  return {
    problem: `The content of this page is of another version (${String(schema)}).`,
    advice: "Make the report again with this version of interpbench, or open it with a newer one.",
  };
}
