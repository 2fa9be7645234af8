// Generated from kernels.c by tools/build-wasm.ts (npm run build:wasm). Do not edit.
export const KERNELS_HASH = "5d0a1c23b65f";
