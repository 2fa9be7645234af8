/** What a process says that did one part of many runs. */
export function partText(
  shard: string,
  { runs, failures }: { readonly runs: number; readonly failures: number },
): string {
  const failed = failures === 0 ? "" : `, ${failures} of which failed`;
  return `Part ${shard}: ${runs} runs${failed}. When all parts are done, the same command without a part puts them together.\n`;
}
