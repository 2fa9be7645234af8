/**
 * A matrix `[rows, columns]` with orthonormal columns that spans what the columns of another one span
 * (the same number, or fewer than rows): Gram and Schmidt's, each column twice, so that rounding does
 * not add up.
 */
export function orthonormalColumns(
  rows: number,
  columns: number,
  values: ArrayLike<number>,
): Float32Array {
  const basis: Float64Array[] = [];
  for (let c = 0; c < columns; c++) {
    const column = Float64Array.from({ length: rows }, (_, r) => values[r * columns + c]!);
    for (const other of [...basis, ...basis]) {
      const shared = dot(column, other);
      for (let r = 0; r < rows; r++) column[r]! -= shared * other[r]!;
    }
    const length = Math.sqrt(dot(column, column));
    basis.push(column.map((x) => x / length));
  }
  return Float32Array.from(
    { length: rows * columns },
    (_, i) => basis[i % columns]![Math.floor(i / columns)]!,
  );
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
