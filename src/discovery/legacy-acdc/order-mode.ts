/** In which order senders, or their heads, are tested: the latest first, the first first, or any. */
export const ORDER_MODES = ["normal", "reverse", "random"] as const;
export type OrderMode = (typeof ORDER_MODES)[number];
