/** Numbers that are no further apart are equal: what is left of numbers that are equal on paper, such as means. */
export const EQUAL = 1e-12;
