/** The box of a head or an MLP in drawings: `blocks.1.attn.hook_result[2]` is in `a1.2`. */
export function boxOf(node: string): string | undefined {
  const head = /^blocks\.(\d+)\.attn\.hook_result\[(\d+)\]$/.exec(node);
  if (head !== null) return `a${head[1]}.${head[2]}`;
  const mlp = /^blocks\.(\d+)\.(?:hook_mlp_out|mlp\.hook_post)$/.exec(node);
  return mlp === null ? undefined : `m${mlp[1]}`;
}
