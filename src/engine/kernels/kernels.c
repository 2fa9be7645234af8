/*
 * The tile kernels: an interpreter of lowered tensor programs.
 *
 * A tile is 16 sequences. Every per-sample number is one vector of 16 lanes, innermost in memory, so
 * each operation is vector code without horizontal steps or remainders. Shared numbers are plain
 * floats. A program is a list of instructions of 32-bit words, written by lowering/encode.ts; the
 * layout of each instruction's words stands at its kernel and must agree with that file.
 *
 * Written with the vector extensions of GCC and Clang, so that one source serves WebAssembly and the
 * host, and with equal bits wherever multiplications and additions can be fused. No libc.
 */
#include <stddef.h>
#include <stdint.h>
#if defined(__AVX512F__) || defined(__FMA__)
#include <immintrin.h>
#elif defined(__ARM_FEATURE_FMA)
#include <arm_neon.h>
#endif

#define LANES 16

/* Lanes of one machine register: kernels work on a group of lanes at a time. */
#if defined(__AVX512F__)
#define GROUP 16
#elif defined(__AVX__)
#define GROUP 8
#else
#define GROUP 4
#endif
typedef float vf __attribute__((vector_size(4 * GROUP)));
typedef int32_t vi __attribute__((vector_size(4 * GROUP)));
typedef float unaligned_vf __attribute__((vector_size(4 * GROUP), aligned(4)));
typedef float four __attribute__((vector_size(16), aligned(4)));
typedef int32_t whole_four __attribute__((vector_size(16)));

/* Loops over accumulators must vanish, or these live in memory. */
#if defined(__clang__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

/* Registers that hold a tile's lanes, and a loop over some of them that is unrolled. */
#define GROUPS (LANES / GROUP)
#define EACH_GROUP(g, groups) UNROLL for (int g = 0; g < (groups); g++)

/*
 * Kernels stay functions of their own: registers are given out worse in one long function. Those
 * whose speed does not matter, or is no worse for it, are kept small: the WebAssembly is downloaded.
 */
#define KERNEL static __attribute__((noinline))
#if defined(__clang__)
#define MINSIZE __attribute__((minsize))
#else
#define MINSIZE
#endif
#define SMALL KERNEL MINSIZE

#define INLINE static inline __attribute__((always_inline))

/* ---- Memory spaces ------------------------------------------------------------------------- */

/* An operand is two words: a space and an offset in elements. */
enum { SPACE_TILE, SPACE_SHARED, SPACE_ACCUMULATOR, SPACE_BINDING };

/*
 * What a run works on. Everything lies in one memory and is named by its distance from `base` in
 * words of four bytes: the callers' buffers (`bindings`) and row numbers (`rows`, 0: row i is
 * sequence i), too.
 */
typedef struct {
  uintptr_t base;
  float *tile;
  float *shared;
  float *accumulator;
  const uint32_t *bindings;
  const uint32_t *rows;
  int32_t batch;
  int32_t first; /* first sequence of the current tile */
} Frame;

INLINE void *word(uintptr_t base, uint32_t offset) { return (void *)(base + 4 * (uintptr_t)offset); }

INLINE float *binding(const Frame *f, int32_t slot) { return word(f->base, f->bindings[slot]); }

INLINE float *address(const Frame *f, const int32_t *operand) {
  switch (operand[0]) {
    case SPACE_TILE: return f->tile + (intptr_t)operand[1] * LANES;
    case SPACE_SHARED: return f->shared + operand[1];
    case SPACE_ACCUMULATOR: return f->accumulator + operand[1];
    default: return binding(f, operand[0] - SPACE_BINDING) + operand[1];
  }
}

/* The float that a word holds. */
INLINE float float_of(int32_t bits) {
  const union { int32_t bits; float value; } u = {bits};
  return u.value;
}

/* x - 0 is x for every x, -0 too, so that compilers see a broadcast. */
INLINE vf splat(float x) { return x - (vf){0}; }
INLINE vf load(const float *p) { return *(const unaligned_vf *)p; }
INLINE void store(float *p, vf x) { *(unaligned_vf *)p = x; }

/*
 * x * y + z, in one rounding where the target can; nothing else is fused. Compilers choose otherwise
 * from place to place and from one to the other, so that it is not left to them.
 */
#if defined(__wasm_relaxed_simd__)
#define MULTIPLY_ADD(x, y, z) __builtin_wasm_relaxed_madd_f32x4(x, y, z)
#elif defined(__AVX512F__)
#define MULTIPLY_ADD(x, y, z) ((vf)_mm512_fmadd_ps((__m512)(x), (__m512)(y), (__m512)(z)))
#elif defined(__FMA__)
#define MULTIPLY_ADD(x, y, z) ((vf)_mm256_fmadd_ps((__m256)(x), (__m256)(y), (__m256)(z)))
#elif defined(__ARM_FEATURE_FMA)
#define MULTIPLY_ADD(x, y, z) ((vf)vfmaq_f32((float32x4_t)(z), (float32x4_t)(x), (float32x4_t)(y)))
#else
#define MULTIPLY_ADD(x, y, z) ((x) * (y) + (z))
#endif

/* Lanes `lane…` of element i of an operand: of a tile, or a shared number repeated. */
INLINE vf element(const float *p, intptr_t i, int tiled, int lane) {
  return tiled ? load(p + i * LANES + lane) : splat(p[i]);
}

INLINE void set_element(float *p, intptr_t i, int tiled, int lane, vf x) {
  if (tiled) store(p + i * LANES + lane, x);
  else p[i] = x[0];
}

#if defined(__clang__)
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#define FOUR_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (vi){__VA_ARGS__})
#define FOUR_SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (whole_four){__VA_ARGS__})
#endif
#if GROUP == 16
#define EACH_FOUR(M) M(0), M(4), M(8), M(12)
#elif GROUP == 8
#define EACH_FOUR(M) M(0), M(4)
#else
#define EACH_FOUR(M) M(0)
#endif
#define FIRST_TURNS(l) (l), GROUP + (l), (l) + 1, GROUP + (l) + 1
#define LAST_TURNS(l) (l) + 2, GROUP + (l) + 2, (l) + 3, GROUP + (l) + 3
#define FIRST_HALVES(l) (l), (l) + 1, GROUP + (l), GROUP + (l) + 1
#define LAST_HALVES(l) (l) + 2, (l) + 3, GROUP + (l) + 2, GROUP + (l) + 3

/*
 * Adds the lanes of four vectors to `total`: within each four lanes a transpose, adding on the way;
 * then four by four. These shuffles are one instruction each on every target. All lanes of a tile,
 * group after group, are added in one order on machines of every width: their sums have equal bits.
 */
INLINE four add_lanes(four total, const vf x[4]) {
  vf a = SHUFFLE(x[0], x[1], EACH_FOUR(FIRST_TURNS)) + SHUFFLE(x[0], x[1], EACH_FOUR(LAST_TURNS));
  vf b = SHUFFLE(x[2], x[3], EACH_FOUR(FIRST_TURNS)) + SHUFFLE(x[2], x[3], EACH_FOUR(LAST_TURNS));
  vf c = SHUFFLE(a, b, EACH_FOUR(FIRST_HALVES)) + SHUFFLE(a, b, EACH_FOUR(LAST_HALVES));
  const union { vf all; four parts[GROUP / 4]; } u = {c};
  UNROLL for (int i = 0; i < GROUP / 4; i++) total += u.parts[i];
  return total;
}

/* The sums of n vectors `stride` floats apart, and of their lanes, from each of four places on. */
KERNEL four sums_along(const float *const p[4], intptr_t n, intptr_t stride) {
  four total = {0};
  for (int lane = 0; lane < LANES; lane += GROUP) {
    vf sums[4] = {splat(0.0f), splat(0.0f), splat(0.0f), splat(0.0f)};
    for (intptr_t i = 0; i < n; i++)
      UNROLL for (int j = 0; j < 4; j++) sums[j] += load(p[j] + i * stride + lane);
    total = add_lanes(total, sums);
  }
  return total;
}

/* The groups of lanes that a kernel has to visit: a shared result takes one pass. */
#define FOR_LANES(lane, tiled) for (int lane = 0; lane < ((tiled) ? LANES : 1); lane += GROUP)

INLINE vf select(vi mask, vf a, vf b) { return (vf)((mask & (vi)a) | (~mask & (vi)b)); }
INLINE vf bool_of(vi mask) { return (vf)(mask & (vi)splat(1.0f)); }

/* ---- Functions of one number ---------------------------------------------------------------- */

#define INFINITY_F __builtin_inff()

/* Adding this rounds to a whole number and leaves it in the low bits. */
#define ROUNDER 12582912.0f

/*
 * 2^(factor * x) where x <= 0 and factor >= 0, but 0 where x < least: factor * x = n + r with
 * |r| <= 1/2, a polynomial for 2^r, to whose exponent n is added.
 */
INLINE vf exp2_of(vf x, vf factor, vf least) {
  vf shifted = MULTIPLY_ADD(x, factor, splat(ROUNDER));
  vf r = MULTIPLY_ADD(x, factor, ROUNDER - shifted);
  vf p = splat(1.53533620e-4f);
  p = MULTIPLY_ADD(p, r, splat(1.33988750e-3f));
  p = MULTIPLY_ADD(p, r, splat(9.61843692e-3f));
  p = MULTIPLY_ADD(p, r, splat(5.55033237e-2f));
  p = MULTIPLY_ADD(p, r, splat(0.240226477f));
  p = MULTIPLY_ADD(p, r, splat(0.693147182f));
  p = MULTIPLY_ADD(p, r, splat(1.0f));
  vi scaled = (vi)p + ((vi)shifted << 23);
  return (vf)(scaled & ~(x < least));
}

/* 2^x where x <= 0, but 0 where that is below the normal numbers. */
INLINE vf exp2_below_0(vf x) { return exp2_of(x, splat(1.0f), splat(-126.0f)); }

#define LOG2_E 1.44269504f

/* e^x where x <= 0. */
INLINE vf exp_below_0(vf x) { return exp2_below_0(x * LOG2_E); }

/*
 * e^x: x = n ln 2 + r with |r| <= ln 2 / 2, and a polynomial in r. n is added to the exponent, since
 * 2^n may be too large where e^x is not.
 */
INLINE vf exp_v(vf x) {
  vf shifted = MULTIPLY_ADD(x, splat(LOG2_E), splat(ROUNDER));
  vf n = shifted - ROUNDER;
  vf r = MULTIPLY_ADD(n, splat(-0.693359375f), x);
  r = MULTIPLY_ADD(n, splat(2.12194440e-4f), r);
  vf p = splat(0.00138146128f);
  p = MULTIPLY_ADD(p, r, splat(0.00836871099f));
  p = MULTIPLY_ADD(p, r, splat(0.0416683890f));
  p = MULTIPLY_ADD(p, r, splat(0.166665211f));
  p = MULTIPLY_ADD(p, r, splat(0.49999994f));
  p = MULTIPLY_ADD(p, r * r, r) + 1.0f;
  vf scaled = (vf)((vi)p + ((vi)shifted << 23));
  scaled = select(x > splat(88.7228317f), splat(INFINITY_F), scaled);
  /* Below, e^x is smaller than the smallest normal number and taken for 0. */
  return select(x == x, (vf)((vi)scaled & ~(x < splat(-87.3365448f))), x);
}

/* log x: x = m 2^n with m in [1/sqrt 2, sqrt 2), then log(1 + f) = f - f^2/2 + f^3 p(f). */
INLINE vf log_v(vf x) {
  vf tiny = splat(1.17549435e-38f);
  vi denormal = x < tiny;
  vf scaled = select(denormal, x * 8388608.0f, x);
  vi bits = (vi)scaled;
  vi n = ((bits >> 23) & 255) - 126;
  vf m = (vf)((bits & 0x007fffff) | 0x3f000000);
  vi below = m < splat(0.707106781f);
  vf f = select(below, m + m, m) - 1.0f;
  vf e = __builtin_convertvector(n + below, vf) - select(denormal, splat(23.0f), splat(0.0f));
  vf p = splat(0.0733253285f);
  p = MULTIPLY_ADD(p, f, splat(-0.116599299f));
  p = MULTIPLY_ADD(p, f, splat(0.116346613f));
  p = MULTIPLY_ADD(p, f, splat(-0.123967007f));
  p = MULTIPLY_ADD(p, f, splat(0.142511562f));
  p = MULTIPLY_ADD(p, f, splat(-0.166691512f));
  p = MULTIPLY_ADD(p, f, splat(0.200006887f));
  p = MULTIPLY_ADD(p, f, splat(-0.249999806f));
  p = MULTIPLY_ADD(p, f, splat(0.333333313f));
  vf f2 = f * f;
  vf y = MULTIPLY_ADD(p, f2 * f, -0.5f * f2);
  y = MULTIPLY_ADD(e, splat(-2.12194440e-4f), y);
  y = MULTIPLY_ADD(e, splat(0.693359375f), y + f);
  y = select(x == splat(INFINITY_F), x, y);
  y = select(x == splat(0.0f), splat(-INFINITY_F), y);
  return select((x < splat(0.0f)) | (x != x), splat(__builtin_nanf("")), y);
}

INLINE vf abs_v(vf x) { return (vf)((vi)x & 0x7fffffff); }
INLINE vf with_sign_of(vf magnitude, vf x) {
  return (vf)(((vi)magnitude & 0x7fffffff) | ((vi)x & (int32_t)0x80000000));
}

INLINE vf tanh_v(vf x) {
  vf a = abs_v(x), s = x * x;
  vf p = splat(-0.00611278322f);
  p = MULTIPLY_ADD(p, s, splat(0.0210098047f));
  p = MULTIPLY_ADD(p, s, splat(-0.0538540110f));
  p = MULTIPLY_ADD(p, s, splat(0.133327946f));
  p = MULTIPLY_ADD(p, s, splat(-0.333333284f));
  vf near = x + x * (s * p);
  vf far = with_sign_of(1.0f - 2.0f / (exp_v(a + a) + 1.0f), x);
  return select(a < splat(0.625f), near, select(x == x, far, x));
}

/*
 * erf x: an odd polynomial near 0; beyond, 1 - 1/p(|x|)^8, which is exact where erf is nearly 1.
 * Fitted to 1e-8; with rounding the error stays below 2e-7.
 */
INLINE vf erf_v(vf x) {
  vf a = abs_v(x), s = x * x;
  vf t = select(a > splat(4.0f), splat(4.0f), a);
  vf near = splat(0.0000723393459f);
  near = MULTIPLY_ADD(near, s, splat(-0.000782259798f));
  near = MULTIPLY_ADD(near, s, splat(0.00516717322f));
  near = MULTIPLY_ADD(near, s, splat(-0.0268429089f));
  near = MULTIPLY_ADD(near, s, splat(0.112833343f));
  near = MULTIPLY_ADD(near, s, splat(-0.376126051f));
  near = MULTIPLY_ADD(near, s, splat(1.12837911f));
  vf far = splat(0.000622448686f);
  far = MULTIPLY_ADD(far, t, splat(-0.00497175008f));
  far = MULTIPLY_ADD(far, t, splat(0.0227728505f));
  far = MULTIPLY_ADD(far, t, splat(-0.0472284108f));
  far = MULTIPLY_ADD(far, t, splat(0.0974058509f));
  far = MULTIPLY_ADD(far, t, splat(0.0261322372f));
  far = MULTIPLY_ADD(far, t, splat(0.171733066f));
  far = MULTIPLY_ADD(far, t, splat(0.993645072f));
  far = far * far;
  far = far * far;
  far = with_sign_of(1.0f - 1.0f / (far * far), x);
  return select(a < splat(1.1f), x * near, select(x == x, far, x));
}

INLINE vf sqrt_v(vf x) {
  UNROLL for (int l = 0; l < GROUP; l++) x[l] = __builtin_sqrtf(x[l]);
  return x;
}

INLINE vf sigmoid_v(vf x) { return 1.0f / (1.0f + exp_v(-x)); }

/* NaN if one of the two is: relaxed SIMD does not promise it of a plain comparison and choice. */
INLINE vf nan_or(vf a, vf b, vf x) { return select((a == a) & (b == b), x, a + b); }
INLINE vf maximum_v(vf a, vf b) { return nan_or(a, b, select(a > b, a, b)); }
INLINE vf minimum_v(vf a, vf b) { return nan_or(a, b, select(a < b, a, b)); }
INLINE vf relu_v(vf x) { return (vf)((vi)x & ~(x <= splat(0.0f))); }
INLINE vf step_v(vf x) { return bool_of(x > splat(0.0f)); }
INLINE vf sign_v(vf x) {
  return select(x == x, bool_of(x > splat(0.0f)) - bool_of(x < splat(0.0f)), x);
}
INLINE vf normal_pdf_v(vf x) { return 0.398942280f * exp2_below_0(x * x * (-0.5f * LOG2_E)); }

/* A function and its derivative at one place: they share most of the work. */
typedef struct {
  vf value, slope;
} Pair;

#define LOG2_OF_PDF_AT_0 -1.32574806f

/*
 * x * P(x) and P(x) + x p(x), P and p the normal distribution and its density. With t = 1/(a + 2.7),
 * a = |x|, Mills' ratio P(-a)/p(a) is a polynomial in t; fitted so that the error of a P(-a) is below
 * 3e-9.
 */
INLINE Pair gelu_pair(vf x) {
  vf t = 1.0f / (abs_v(x) + 2.7f);
  vf pdf = exp2_below_0(MULTIPLY_ADD(x * x, splat(-0.5f * LOG2_E), splat(LOG2_OF_PDF_AT_0)));
  vf mills = splat(54.7793622f);
  mills = MULTIPLY_ADD(mills, t, splat(-109.106334f));
  mills = MULTIPLY_ADD(mills, t, splat(71.0505461f));
  mills = MULTIPLY_ADD(mills, t, splat(-8.78733472f));
  mills = MULTIPLY_ADD(mills, t, splat(4.87671555f));
  mills = MULTIPLY_ADD(mills, t, splat(0.829382821f));
  mills = MULTIPLY_ADD(mills, t, splat(0.00566288775f));
  vf tail = mills * pdf;
  vf cdf = select(x > splat(0.0f), 1.0f - tail, tail);
  return (Pair){x * cdf, MULTIPLY_ADD(x, pdf, cdf)};
}

INLINE vf gelu_new_inner(vf x) {
  return 0.797884561f * MULTIPLY_ADD(x * x * x, splat(0.044715f), x);
}
INLINE Pair gelu_new_pair(vf x) {
  vf t = tanh_v(gelu_new_inner(x));
  vf inner_slope = 0.797884561f * MULTIPLY_ADD(x * x, splat(0.134145f), splat(1.0f));
  vf half = MULTIPLY_ADD(t, splat(0.5f), splat(0.5f));
  vf of_tanh = MULTIPLY_ADD(-t, t, splat(1.0f));
  return (Pair){x * half, MULTIPLY_ADD(0.5f * x * of_tanh, inner_slope, half)};
}

/* The order of UNARY_FUNCTIONS and BINARY_FUNCTIONS in graph/tensor.ts. */
#define UNARY_LIST(X)                                                                            \
  X(0, -x) X(1, exp_v(x)) X(2, log_v(x)) X(3, sqrt_v(x)) X(4, abs_v(x)) X(5, sign_v(x))           \
  X(6, x * x) X(7, tanh_v(x)) X(8, erf_v(x)) X(9, sigmoid_v(x)) X(10, relu_v(x)) X(11, step_v(x)) \
  X(12, normal_pdf_v(x)) X(13, gelu_pair(x).value) X(14, gelu_pair(x).slope)                      \
  X(15, gelu_new_pair(x).value) X(16, gelu_new_pair(x).slope)
/* The order of PAIRED_FUNCTIONS in lowering/fusions.ts. */
#define PAIR_LIST(X) X(0, gelu_pair(x)) X(1, gelu_new_pair(x))
#define BINARY_LIST(X)                                                                           \
  X(0, a + b) X(1, a - b) X(2, a * b) X(3, a / b) X(4, maximum_v(a, b)) X(5, minimum_v(a, b))     \
  X(6, bool_of(a == b)) X(7, bool_of(a < b)) X(8, bool_of(a <= b))

/* ---- Odometers ------------------------------------------------------------------------------ */

#define MAX_RANK 8

/*
 * Dimensions with a stride per operand: words [rank, then per dimension: size, stride × operands].
 * Walks every index of the dimensions but the last `inner` ones and keeps the operands' positions.
 */
typedef struct {
  const int32_t *dims;
  int rank, operands, done;
  int32_t index[MAX_RANK];
  intptr_t at[4];
} Odometer;

INLINE Odometer odometer(const int32_t *dims, int rank, int operands) {
  Odometer o = {dims, rank, operands, 0, {0}, {0}};
  for (int r = 0; r < rank; r++)
    if (dims[r * (operands + 1)] == 0) o.done = 1;
  return o;
}

INLINE void advance(Odometer *o) {
  for (int r = o->rank - 1; r >= 0; r--) {
    const int32_t *d = o->dims + r * (o->operands + 1);
    for (int k = 0; k < o->operands; k++) o->at[k] += d[1 + k];
    if (++o->index[r] < d[0]) return;
    for (int k = 0; k < o->operands; k++) o->at[k] -= (intptr_t)d[1 + k] * d[0];
    o->index[r] = 0;
  }
  o->done = 1;
}

/* ---- Elementwise kernels -------------------------------------------------------------------- */

/* n results from vectors of `width` floats, `stride` floats apart. */
KERNEL void unary_loop(int fn, float *dst, const float *p, intptr_t n, int width, intptr_t stride) {
  if (stride == width) {
    n *= width / GROUP;
    width = GROUP;
    stride = GROUP;
  }
  switch (fn) {
#define UNARY_CASE(code, expression)                        \
  case code:                                                \
    for (intptr_t i = 0; i < n; i++, p += stride)           \
      for (int l = 0; l < width; l += GROUP, dst += GROUP) { \
        vf x = load(p + l);                                 \
        store(dst, expression);                             \
      }                                                     \
    break;
    UNARY_LIST(UNARY_CASE)
  }
}

/* The same for functions with their derivatives. */
KERNEL void pair_loop(int fn, float *value, float *slope, const float *p, intptr_t n,
                      intptr_t stride) {
  switch (fn) {
#define PAIR_CASE(code, expression)                                        \
  case code:                                                               \
    for (intptr_t i = 0; i < n; i++, p += stride)                          \
      for (int l = 0; l < LANES; l += GROUP, value += GROUP, slope += GROUP) { \
        vf x = load(p + l);                                                \
        Pair pair = expression;                                            \
        store(value, pair.value);                                          \
        store(slope, pair.slope);                                          \
      }                                                                    \
    break;
    PAIR_LIST(PAIR_CASE)
  }
}

/*
 * n results of `width` floats from two operands, each vectors (tiled) or numbers to repeat, `sa` and
 * `sb` floats apart.
 */
KERNEL void binary_loop(int fn, float *dst, const float *p, const float *q, intptr_t n, int width,
                        intptr_t sa, intptr_t sb, int ta, int tb) {
  switch (fn) {
#define BINARY_LOOP(get_a, get_b, expression)                \
  for (intptr_t i = 0; i < n; i++, p += sa, q += sb)         \
    for (int l = 0; l < width; l += GROUP, dst += GROUP) {   \
      vf a = get_a, b = get_b;                               \
      store(dst, expression);                                \
    }
#define BINARY_CASE(code, expression)                                            \
  case code:                                                                     \
    if (ta && tb) BINARY_LOOP(load(p + l), load(q + l), expression)              \
    else if (ta) BINARY_LOOP(load(p + l), splat(*q), expression)                 \
    else BINARY_LOOP(splat(*p), load(q + l), expression)                         \
    break;
    BINARY_LIST(BINARY_CASE)
  }
}

/* `count` ≤ GROUP shared numbers `stride` apart, as one vector. */
INLINE vf gather(const float *p, intptr_t stride, int count) {
  vf x = splat(1.0f);
  for (int l = 0; l < count; l++) x[l] = p[l * stride];
  return x;
}

/* words: fn, dst, src, rank, dims(size, stride); the result is row-major. */
SMALL void run_unary(const Frame *f, const int32_t *w) {
  float *dst = address(f, w + 1);
  const float *src = address(f, w + 3);
  const int tiled = w[1] == SPACE_TILE, rank = w[5];
  const int32_t *dims = w + 6, *last = dims + (rank - 1) * 2;
  const intptr_t n = last[0], stride = last[1];
  for (Odometer o = odometer(dims, rank - 1, 1); !o.done; advance(&o)) {
    if (tiled) {
      unary_loop(w[0], dst, src + o.at[0] * LANES, n, LANES, stride * LANES);
      dst += n * LANES;
      continue;
    }
    const float *p = src + o.at[0];
    intptr_t i = stride == 1 ? n / GROUP * GROUP : 0;
    unary_loop(w[0], dst, p, i / GROUP, GROUP, GROUP);
    for (; i < n; i += GROUP) {
      const int count = n - i < GROUP ? (int)(n - i) : GROUP;
      vf x = gather(p + i * stride, stride, count), y;
      unary_loop(w[0], (float *)&y, (const float *)&x, 1, GROUP, GROUP);
      for (int l = 0; l < count; l++) dst[i + l] = y[l];
    }
    dst += n;
  }
}

/* words: fn, values, slopes, src, rank, dims(size, stride); row-major results, all per sample. */
SMALL void run_unary_pair(const Frame *f, const int32_t *w) {
  float *value = address(f, w + 1), *slope = address(f, w + 3);
  const float *src = address(f, w + 5);
  const int rank = w[7];
  const int32_t *dims = w + 8, *last = dims + (rank - 1) * 2;
  const intptr_t n = last[0], stride = (intptr_t)last[1] * LANES;
  for (Odometer o = odometer(dims, rank - 1, 1); !o.done; advance(&o)) {
    pair_loop(w[0], value, slope, src + o.at[0] * LANES, n, stride);
    value += n * LANES;
    slope += n * LANES;
  }
}

/* words: fn, dst, a, b, rank, dims(size, stride a, stride b); the result is row-major. */
SMALL void run_binary(const Frame *f, const int32_t *w) {
  float *dst = address(f, w + 1);
  const float *left = address(f, w + 3), *right = address(f, w + 5);
  const int tiled = w[1] == SPACE_TILE, ta = w[3] == SPACE_TILE, tb = w[5] == SPACE_TILE;
  const int rank = w[7], wa = ta ? LANES : 1, wb = tb ? LANES : 1;
  const int32_t *dims = w + 8, *last = dims + (rank - 1) * 3;
  const intptr_t n = last[0], sa = last[1], sb = last[2];
  for (Odometer o = odometer(dims, rank - 1, 2); !o.done; advance(&o)) {
    const float *p = left + o.at[0] * wa, *q = right + o.at[1] * wb;
    if (tiled) {
      binary_loop(w[0], dst, p, q, n, LANES, sa * wa, sb * wb, ta, tb);
      dst += n * LANES;
      continue;
    }
    intptr_t i = (sa | sb) == 1 ? n / GROUP * GROUP : 0;
    binary_loop(w[0], dst, p, q, i / GROUP, GROUP, sa * GROUP, sb * GROUP, sa == 1, sb == 1);
    for (; i < n; i += GROUP) {
      const int count = n - i < GROUP ? (int)(n - i) : GROUP;
      vf a = gather(p + i * sa, sa, count), b = gather(q + i * sb, sb, count), y;
      binary_loop(w[0], (float *)&y, (const float *)&a, (const float *)&b, 1, GROUP, 0, 0, 1, 1);
      for (int l = 0; l < count; l++) dst[i + l] = y[l];
    }
    dst += n;
  }
}

/* words: dst, condition, a, b, rank, dims(size, three strides); the result is row-major. */
SMALL void run_where(const Frame *f, const int32_t *w) {
  float *dst = address(f, w);
  const float *condition = address(f, w + 2), *left = address(f, w + 4), *right = address(f, w + 6);
  const int tiled = w[0] == SPACE_TILE, width = tiled ? LANES : 1;
  const int tc = w[2] == SPACE_TILE, ta = w[4] == SPACE_TILE, tb = w[6] == SPACE_TILE;
  const int rank = w[8];
  const int32_t *dims = w + 9, *last = dims + (rank - 1) * 4;
  const intptr_t n = last[0], sc = last[1], sa = last[2], sb = last[3];
  for (Odometer o = odometer(dims, rank - 1, 3); !o.done; advance(&o))
    for (intptr_t i = 0; i < n; i++, dst += width) {
      const intptr_t at = o.at[0] + i * sc;
      if (tiled && !tc) {
        const int taken = condition[at] != 0.0f;
        const float *p = taken ? left : right;
        const intptr_t from = taken ? o.at[1] + i * sa : o.at[2] + i * sb;
        FOR_LANES(lane, 1) store(dst + lane, element(p, from, taken ? ta : tb, lane));
        continue;
      }
      FOR_LANES(lane, tiled) {
        vi taken = element(condition, at, tc, lane) != splat(0.0f);
        vf x = element(left, o.at[1] + i * sa, ta, lane);
        vf y = element(right, o.at[2] + i * sb, tb, lane);
        set_element(dst, 0, tiled, lane, select(taken, x, y));
      }
    }
}

/* words: dst, src, rank, dims(size, stride dst, stride src). */
SMALL void run_copy(const Frame *f, const int32_t *w) {
  float *dst = address(f, w);
  const float *src = address(f, w + 2);
  const int td = w[0] == SPACE_TILE, ts = w[2] == SPACE_TILE, rank = w[4];
  const int32_t *dims = w + 5, *last = dims + (rank - 1) * 3;
  const intptr_t n = last[0], sd = last[1], ss = last[2];
  for (Odometer o = odometer(dims, rank - 1, 2); !o.done; advance(&o)) {
    if (td) {
      for (intptr_t i = 0; i < n; i++)
        FOR_LANES(lane, 1)
          set_element(dst, o.at[0] + i * sd, 1, lane, element(src, o.at[1] + i * ss, ts, lane));
    } else {
      float *to = dst + o.at[0];
      const float *from = src + o.at[1];
      intptr_t i = 0;
      if (sd == 1 && ss == 1)
        for (; i + GROUP <= n; i += GROUP) store(to + i, load(from + i));
      for (; i < n; i++) to[i * sd] = from[i * ss];
    }
  }
}

/* words: dst, count, value as bits. */
SMALL void run_fill(const Frame *f, const int32_t *w) {
  float *dst = address(f, w);
  const float value = float_of(w[3]);
  const intptr_t n = (intptr_t)w[2] * (w[0] == SPACE_TILE ? LANES : 1);
  for (intptr_t i = 0; i < n; i++) dst[i] = value;
}

/* ---- Reductions and rows -------------------------------------------------------------------- */

/* The sum (fn 0) or maximum (fn 1) of n elements. */
INLINE vf reduce_run(int fn, vf total, const float *p, intptr_t n, intptr_t stride, int tiled,
                     int lane) {
  if (fn == 0)
    for (intptr_t k = 0; k < n; k++) total += element(p, k * stride, tiled, lane);
  else
    for (intptr_t k = 0; k < n; k++) total = maximum_v(total, element(p, k * stride, tiled, lane));
  return total;
}

/* words: fn, dst, src, rank, kept dims(size, stride), rank, reduced dims(size, stride). */
SMALL void run_reduce(const Frame *f, const int32_t *w) {
  float *dst = address(f, w + 1);
  const float *src = address(f, w + 3);
  const int fn = w[0], tiled = w[1] == SPACE_TILE, width = tiled ? LANES : 1;
  const int32_t *kept = w + 6, *row = kept + (w[5] - 1) * 2, *reduced = row + 2;
  const int32_t *run = reduced + 1 + (reduced[0] - 1) * 2;
  const vf start = splat(fn == 0 ? 0.0f : -INFINITY_F);
  for (Odometer o = odometer(kept, w[5] - 1, 1); !o.done; advance(&o))
    for (intptr_t i = 0; i < row[0]; i++, dst += width) {
      const float *p = src + (o.at[0] + i * row[1]) * width;
      FOR_LANES(lane, tiled) {
        vf total = start;
        if (reduced[0] == 1)
          total = reduce_run(fn, total, p, run[0], run[1], tiled, lane);
        else
          for (Odometer r = odometer(reduced + 1, reduced[0] - 1, 1); !r.done; advance(&r))
            total = reduce_run(fn, total, p + r.at[0] * width, run[0], run[1], tiled, lane);
        set_element(dst, 0, tiled, lane, total);
      }
    }
}

/* words: dst, src, n, stride, rank, dims of the rows(size, stride). */
SMALL void run_argmax(const Frame *f, const int32_t *w) {
  float *dst = address(f, w);
  const float *src = address(f, w + 2);
  const int tiled = w[0] == SPACE_TILE;
  const intptr_t n = w[4], stride = w[5];
  intptr_t row = 0;
  for (Odometer o = odometer(w + 7, w[6], 1); !o.done; advance(&o), row++)
    FOR_LANES(lane, tiled) {
      vf best = element(src, o.at[0], tiled, lane), at = splat(0.0f);
      for (intptr_t i = 1; i < n; i++) {
        vf x = element(src, o.at[0] + i * stride, tiled, lane);
        vi better = x > best;
        best = select(better, x, best);
        at = select(better, splat((float)i), at);
      }
      set_element(dst, row, tiled, lane, at);
    }
}

/* The largest of `sign` times n elements; any number if one is NaN. In two chains, to wait less. */
INLINE vf largest_of(const float *p, intptr_t n, intptr_t stride, vf sign, int tiled, int lane) {
  vf largest = sign * element(p, 0, tiled, lane), before = largest;
  for (intptr_t i = 1; i < n; i++) {
    const vf x = sign * element(p, i * stride, tiled, lane);
    const vf next = select(x > before, x, before);
    before = largest;
    largest = next;
  }
  return select(largest > before, largest, before);
}

/* The largest of n elements, and log of the sum of e^(x - largest). */
typedef struct {
  vf largest, log_total;
} LogSum;

KERNEL LogSum log_sum_exp(const float *p, intptr_t n, intptr_t stride, int tiled, int lane) {
  const vf largest = largest_of(p, n, stride, splat(1.0f), tiled, lane);
  vf total = splat(0.0f);
  for (intptr_t i = 0; i < n; i++)
    total += exp_below_0(element(p, i * stride, tiled, lane) - largest);
  return (LogSum){largest, log_v(total)};
}

INLINE void divide_row(float *p, intptr_t n, vf total, int tiled, int lane) {
  const vf norm = 1.0f / total;
  for (intptr_t i = 0; i < n; i++) set_element(p, i, tiled, lane, element(p, i, tiled, lane) * norm);
}

/*
 * How a softmax of `scale` times x takes its exponents: sign * x is largest where scale * x is, and
 * 2^(factor * (sign * x / 2 - largest / 2)) is e^(scale * x - its largest). The difference is taken
 * before it is scaled, and of halves: these are exact, fused or not, so that it is 0 for the largest
 * whatever its size, and never overflows. Then e^0 is 1, and a row with one such element, whose total
 * is 1, is exactly 1 there.
 */
typedef struct {
  vf sign, half, factor, least;
} Exponents;

INLINE Exponents exponents_of(float scale) {
  const float sign = scale < 0.0f ? -1.0f : 1.0f;
  const float factor = __builtin_fabsf(scale) * (2.0f * LOG2_E);
  const float most = 3.40282347e+38f, least = -126.0f / factor;
  return (Exponents){splat(sign), splat(0.5f * sign), splat(factor > most ? most : factor),
                     splat(least < -most ? -most : least)};
}

INLINE vf exponential(Exponents x, vf element, vf half_of_largest) {
  return exp2_of(MULTIPLY_ADD(element, x.half, -half_of_largest), x.factor, x.least);
}

/* The softmax of n elements of p. */
INLINE void softmax_row(float *dst, const float *p, intptr_t n, intptr_t stride, Exponents x,
                        int tiled, int lane) {
  const vf half = 0.5f * largest_of(p, n, stride, x.sign, tiled, lane);
  vf total = splat(0.0f);
  for (intptr_t i = 0; i < n; i++) {
    const vf e = exponential(x, element(p, i * stride, tiled, lane), half);
    total += e;
    set_element(dst, i, tiled, lane, e);
  }
  divide_row(dst, n, total, tiled, lane);
}

#define ROWS_AT_ONCE 16

/*
 * The same in place for n rows, of which row i has i + 1 elements, everything per sample, and where
 * the sign is 1: the steps in turns for some rows, so that none waits for what the row before
 * it is made of.
 */
INLINE void causal_softmax(float *p, intptr_t n, Exponents exponents) {
  const intptr_t width = n * LANES;
  for (intptr_t first = 0; first < n; first += ROWS_AT_ONCE) {
    const intptr_t end = n - first < ROWS_AT_ONCE ? n : first + ROWS_AT_ONCE;
    vf of_row[ROWS_AT_ONCE];
    for (intptr_t i = first; i < end; i++)
      of_row[i - first] = 0.5f * largest_of(p + i * width, i + 1, 1, splat(1.0f), 1, 0);
    for (intptr_t i = first; i < end; i++) {
      const vf half = of_row[i - first];
      vf total = splat(0.0f);
      for (float *x = p + i * width; x <= p + i * (width + LANES); x += LANES) {
        const vf e = exponential(exponents, load(x), half);
        total += e;
        store(x, e);
      }
      of_row[i - first] = total;
    }
    for (intptr_t i = first; i < end; i++) divide_row(p + i * width, i + 1, of_row[i - first], 1, 0);
  }
}

/* Its gradient for the gradient g at its value y. */
INLINE void softmax_gradient_row(float *dst, const float *g, const float *y, intptr_t n, vf scale,
                                 int tiled, int lane) {
  vf mean = splat(0.0f);
  for (intptr_t i = 0; i < n; i++)
    mean = MULTIPLY_ADD(element(g, i, tiled, lane), element(y, i, tiled, lane), mean);
  for (intptr_t i = 0; i < n; i++) {
    vf shifted = element(g, i, tiled, lane) - mean;
    set_element(dst, i, tiled, lane, scale * element(y, i, tiled, lane) * shifted);
  }
}

INLINE void zero_elements(float *dst, intptr_t from, intptr_t n, int tiled, int lane) {
  for (intptr_t i = from; i < n; i++) set_element(dst, i, tiled, lane, splat(0.0f));
}

/*
 * words: dst, scale as bits, causal, src, n, stride, rank, dims of the rows(size, stride); the result
 * is row-major. Causal: row i of n sees its first i + 1 elements.
 */
KERNEL void run_softmax(const Frame *f, const int32_t *w) {
  float *dst = address(f, w);
  const Exponents exponents = exponents_of(float_of(w[2]));
  const int causal = w[3], tiled = w[0] == SPACE_TILE, width = tiled ? LANES : 1;
  const float *src = address(f, w + 4);
  const intptr_t n = w[6], stride = w[7];
  intptr_t seen = causal ? 0 : n;
  for (Odometer o = odometer(w + 9, w[8], 1); !o.done; advance(&o), dst += n * width) {
    if (causal) seen = seen == n ? 1 : seen + 1;
    FOR_LANES(lane, tiled) {
      softmax_row(dst, src + o.at[0] * width, seen, stride, exponents, tiled, lane);
      zero_elements(dst, seen, n, tiled, lane);
    }
  }
}

/* words: dst, g, y, scale as bits, causal, rows, n; everything row-major. */
SMALL void run_softmax_gradient(const Frame *f, const int32_t *w) {
  float *dst = address(f, w);
  const float *g = address(f, w + 2), *y = address(f, w + 4);
  const vf scale = splat(float_of(w[6]));
  const int causal = w[7], tiled = w[0] == SPACE_TILE;
  const intptr_t rows = w[8], n = w[9], width = n * (tiled ? LANES : 1);
  intptr_t seen = causal ? 0 : n;
  for (intptr_t row = 0; row < rows; row++, dst += width, g += width, y += width) {
    if (causal) seen = seen == n ? 1 : seen + 1;
    FOR_LANES(lane, tiled) {
      softmax_gradient_row(dst, g, y, seen, scale, tiled, lane);
      zero_elements(dst, seen, n, tiled, lane);
    }
  }
}

/* Groups of lanes that a loop over few columns takes together: one register is over too soon. */
#define SOME_GROUPS (GROUPS > 1 ? 2 : 1)

/*
 * dst[j] = sum over k < depth of a[k] * c[j, k] for n columns j, everything per sample. Four columns
 * at a time, of which the last ones may be repeated.
 */
INLINE void row_products(float *dst, intptr_t stride, const float *a, intptr_t sa, const float *c,
                         intptr_t sj, intptr_t sk, intptr_t n, intptr_t depth) {
  for (; n > 1; n -= 4, dst += 4 * stride, c += 4 * sj) {
    const intptr_t at[4] = {0, sj, n > 2 ? 2 * sj : 0, n > 3 ? 3 * sj : 0};
    for (int lane = 0; lane < LANES; lane += SOME_GROUPS * GROUP) {
      vf sum[SOME_GROUPS][4];
      EACH_GROUP(l, SOME_GROUPS) UNROLL for (int i = 0; i < 4; i++) sum[l][i] = splat(0.0f);
      const float *left = a + lane, *right = c + lane;
      for (intptr_t k = 0; k < depth; k++, left += sa, right += sk)
        EACH_GROUP(l, SOME_GROUPS) {
          const vf x = load(left + l * GROUP);
          UNROLL for (int i = 0; i < 4; i++)
            sum[l][i] = MULTIPLY_ADD(x, load(right + at[i] + l * GROUP), sum[l][i]);
        }
      EACH_GROUP(l, SOME_GROUPS) {
        float *out = dst + lane + l * GROUP;
        store(out, sum[l][0]);
        store(out + stride, sum[l][1]);
        if (n > 2) store(out + 2 * stride, sum[l][2]);
        if (n > 3) store(out + 3 * stride, sum[l][3]);
      }
    }
  }
  if (n == 1) {
    vf sum[GROUPS];
    EACH_GROUP(l, GROUPS) sum[l] = splat(0.0f);
    for (intptr_t k = 0; k < depth; k++, a += sa, c += sk)
      EACH_GROUP(l, GROUPS)
        sum[l] = MULTIPLY_ADD(load(a + l * GROUP), load(c + l * GROUP), sum[l]);
    EACH_GROUP(l, GROUPS) store(dst + l * GROUP, sum[l]);
  }
}

/* An operand with axes b, i and e: where it starts, and its strides in floats. */
typedef struct {
  float *p;
  intptr_t b, i, e;
} Heads;

INLINE Heads heads(const Frame *f, const int32_t *w) {
  return (Heads){address(f, w), (intptr_t)w[2] * LANES, (intptr_t)w[3] * LANES, (intptr_t)w[4] * LANES};
}

/* What a mix is by: the rows of p, the columns of p, or the columns of y. */
enum { BY_ROWS, BY_COLUMNS_OF_P, BY_COLUMNS_OF_Y };

/*
 * Causal attention, forward or backward: the products of queries with keys, of each row of them its
 * softmax (or the gradient of one, whose value is y), and mixes of what lies at the keys by the rows,
 * or of what lies at the queries by the columns.
 *   p[b, i, j] = f(sum over k of a[b, i, k] * c[b, j, k])
 *   z[b, i, e] = sum over j of p[b, i, j] * v[b, j, e], or of p[b, j, i] or y[b, j, i] instead
 * Row i sees j <= i alone; the rest of p becomes 0 if that is asked for. The loops follow each other
 * for one b, which stays in the cache, so that a row need not wait for what the row before it is
 * made of.
 * words: p, y, a and its strides (b, i, k), c and its strides, scale as bits, is gradient, is whole,
 *   counts (b, i, k), mixes, then per mix: by what, v and its strides, z and its strides (b, i, e),
 *   count of e; p and y are row-major.
 */
KERNEL void run_attention(const Frame *f, const int32_t *w) {
  const Heads left = heads(f, w + 4), right = heads(f, w + 9);
  const vf scale = splat(float_of(w[14]));
  const Exponents exponents = exponents_of(float_of(w[14]));
  const int is_gradient = w[15], is_whole = w[16];
  const intptr_t batches = w[17], n = w[18], depth = w[19], width = n * LANES;
  for (intptr_t b = 0; b < batches; b++) {
    float *p = address(f, w) + b * n * width;
    const float *y = address(f, w + 2) + b * n * width;
    const float *a = left.p + b * left.b, *c = right.p + b * right.b;
    for (intptr_t i = 0; i < n; i++)
      row_products(p + i * width, LANES, a + i * left.i, left.e, c, right.i, right.e, i + 1, depth);
    FOR_LANES(lane, 1) {
      if (!is_gradient) causal_softmax(p + lane, n, exponents);
      else
        for (intptr_t i = 0; i < n; i++) {
          float *row = p + i * width + lane;
          softmax_gradient_row(row, row, y + i * width + lane, i + 1, scale, 1, 0);
        }
      if (is_whole)
        for (intptr_t i = 0; i < n; i++) zero_elements(p + i * width + lane, i + 1, n, 1, 0);
    }
    const int32_t *mix = w + 21;
    for (int m = 0; m < w[20]; m++, mix += 12) {
      const Heads v = heads(f, mix + 1), z = heads(f, mix + 6);
      const int by_rows = mix[0] == BY_ROWS;
      const float *factors = mix[0] == BY_COLUMNS_OF_Y ? y : p, *values = v.p + b * v.b;
      float *out = z.p + b * z.b;
      const intptr_t along = by_rows ? LANES : width;
      for (intptr_t i = 0; i < n; i++, out += z.i) {
        row_products(out, z.e, factors, along, values, v.e, v.i, mix[11], by_rows ? i + 1 : n - i);
        factors += by_rows ? width : width + LANES;
        values += by_rows ? 0 : v.i;
      }
    }
  }
}

/* words: dst, src, n, stride, rank, dims of the rows(size, stride); row-major result. */
SMALL void run_log_softmax(const Frame *f, const int32_t *w) {
  float *dst = address(f, w);
  const int tiled = w[0] == SPACE_TILE, width = tiled ? LANES : 1;
  const float *src = address(f, w + 2);
  const intptr_t n = w[4], stride = w[5];
  for (Odometer o = odometer(w + 7, w[6], 1); !o.done; advance(&o), dst += n * width) {
    const float *p = src + o.at[0] * width;
    FOR_LANES(lane, tiled) {
      const LogSum norm = log_sum_exp(p, n, stride, tiled, lane);
      for (intptr_t i = 0; i < n; i++) {
        vf x = element(p, i * stride, tiled, lane);
        set_element(dst, i, tiled, lane, (x - norm.largest) - norm.log_total);
      }
    }
  }
}

/* ---- Lookups -------------------------------------------------------------------------------- */

/* Lane and element strides of an operand: a tile's, or a shared one's that all lanes read. */
typedef struct {
  float *p;
  intptr_t element, lane;
} Lanes;

INLINE Lanes lanes_of(const Frame *f, const int32_t *operand) {
  const int tiled = operand[0] == SPACE_TILE;
  return (Lanes){address(f, operand), tiled ? LANES : 1, tiled ? 1 : 0};
}

INLINE float *cell(Lanes x, intptr_t i, int lane) { return x.p + i * x.element + lane * x.lane; }

/* The row that a float names, or -1. */
INLINE intptr_t row_of(float id, intptr_t count) {
  if (!(id >= 0.0f && id < (float)count)) return -1;
  intptr_t row = (intptr_t)id;
  return (float)row == id ? row : -1;
}

/* Up to so many rows of a shared table, comparing all lanes with each row beats going to every lane. */
#define FEW_ROWS 32

INLINE int is_small_table(const int32_t *table, const int32_t *ids, const int32_t *rest, intptr_t rows) {
  return table[0] != SPACE_TILE && ids[0] == SPACE_TILE && rest[0] == SPACE_TILE && rows <= FEW_ROWS;
}

KERNEL void embed_few(float *dst, const float *table, const float *ids, intptr_t count, intptr_t rows,
                      intptr_t width) {
  for (intptr_t s = 0; s < count; s++, dst += width * LANES)
    FOR_LANES(lane, 1) {
      const vf id = load(ids + s * LANES + lane);
      vi is[FEW_ROWS];
      for (intptr_t r = 0; r < rows; r++) is[r] = id == splat((float)r);
      for (intptr_t d = 0; d < width; d += 4) {
        const int some = width - d < 4 ? (int)(width - d) : 4;
        vf x[4];
        UNROLL for (int i = 0; i < 4; i++) x[i] = splat(__builtin_nanf(""));
        for (intptr_t r = 0; r < rows; r++) {
          const float *row = table + r * width + d;
          UNROLL for (int i = 0; i < 4; i++) x[i] = select(is[r], splat(row[i < some ? i : 0]), x[i]);
        }
        UNROLL for (int i = 0; i < 4; i++)
          if (i < some) store(dst + (d + i) * LANES + lane, x[i]);
      }
    }
}

/* Adds, for each row of dst, the values of the lanes that name it. */
KERNEL void scatter_few(float *dst, const float *ids, const float *values, intptr_t count,
                        intptr_t rows, intptr_t width) {
  for (intptr_t r = 0; r < rows; r++)
    for (intptr_t d = 0; d < width; d += 4) {
      const int some = width - d < 4 ? (int)(width - d) : 4;
      four total = {0};
      FOR_LANES(lane, 1) {
        vf sums[4] = {splat(0.0f), splat(0.0f), splat(0.0f), splat(0.0f)};
        for (intptr_t s = 0; s < count; s++) {
          const vi is = load(ids + s * LANES + lane) == splat((float)r);
          const float *p = values + (s * width + d) * LANES + lane;
          for (int i = 0; i < some; i++) sums[i] += (vf)(is & (vi)load(p + i * LANES));
        }
        total = add_lanes(total, sums);
      }
      for (int i = 0; i < some; i++) dst[r * width + d + i] += total[i];
    }
}

/* Rows of a table, each lane its own, or NaN. */
SMALL void embed_lanes(Lanes dst, Lanes table, Lanes ids, intptr_t count, intptr_t rows,
                        intptr_t width) {
  const int lanes = dst.lane ? LANES : 1;
  for (intptr_t s = 0; s < count; s++, dst.p += width * dst.element) {
    const float *source[LANES];
    for (int l = 0; l < lanes; l++) {
      const intptr_t row = row_of(*cell(ids, s, l), rows);
      source[l] = row < 0 ? 0 : cell(table, row * width, l);
    }
    for (int l = 0; l < lanes; l++) {
      float *to = dst.p + l;
      const float *from = source[l];
      for (intptr_t d = 0; d < width; d++, to += dst.element)
        *to = from ? from[d * table.element] : __builtin_nanf("");
    }
  }
}

/* words: dst, table, ids, count of ids, rows of the table, width; everything row-major. */
SMALL void run_embed(const Frame *f, const int32_t *w) {
  Lanes dst = lanes_of(f, w), table = lanes_of(f, w + 2), ids = lanes_of(f, w + 4);
  const intptr_t count = w[6], rows = w[7], width = w[8];
  if (is_small_table(w + 2, w + 4, w, rows))
    embed_few(dst.p, table.p, ids.p, count, rows, width);
  else
    embed_lanes(dst, table, ids, count, rows, width);
}

/*
 * words: dst, ids, values, count of ids, rows of dst, width. Adds to dst; when dst is shared and the
 * ids are per sample, over all lanes.
 */
SMALL void run_scatter_rows(const Frame *f, const int32_t *w) {
  Lanes dst = lanes_of(f, w), ids = lanes_of(f, w + 2), values = lanes_of(f, w + 4);
  const intptr_t count = w[6], rows = w[7], width = w[8];
  const int lanes = dst.lane || ids.lane || values.lane ? LANES : 1;
  if (is_small_table(w, w + 2, w + 4, rows)) {
    scatter_few(dst.p, ids.p, values.p, count, rows, width);
    return;
  }
  for (intptr_t s = 0; s < count; s++)
    for (int l = 0; l < lanes; l++) {
      const intptr_t row = row_of(*cell(ids, s, l), rows);
      if (row < 0) continue;
      for (intptr_t d = 0; d < width; d++)
        *cell(dst, row * width + d, l) += *cell(values, s * width + d, l);
    }
}

/* words: dst, x, ids, count of ids, n. */
SMALL void run_pick(const Frame *f, const int32_t *w) {
  Lanes dst = lanes_of(f, w), x = lanes_of(f, w + 2), ids = lanes_of(f, w + 4);
  const intptr_t count = w[6], n = w[7];
  const int lanes = dst.lane ? LANES : 1;
  for (intptr_t s = 0; s < count; s++)
    for (int l = 0; l < lanes; l++) {
      const intptr_t i = row_of(*cell(ids, s, l), n);
      *cell(dst, s, l) = i < 0 ? __builtin_nanf("") : *cell(x, s * n + i, l);
    }
}

/* words: dst, x, ids, count of ids, n; dst is filled with zeros before. */
SMALL void run_spread(const Frame *f, const int32_t *w) {
  Lanes dst = lanes_of(f, w), x = lanes_of(f, w + 2), ids = lanes_of(f, w + 4);
  const intptr_t count = w[6], n = w[7];
  const int lanes = dst.lane ? LANES : 1;
  for (intptr_t s = 0; s < count; s++)
    for (int l = 0; l < lanes; l++) {
      const intptr_t i = row_of(*cell(ids, s, l), n);
      if (i >= 0) *cell(dst, s * n + i, l) = *cell(x, s, l);
    }
}

/* The elements that the lanes' ids name in a row of n, NaN where there is none. */
INLINE vf named_elements(Lanes x, Lanes ids, intptr_t row, intptr_t n, int lanes, int lane) {
  vf named = splat(__builtin_nanf(""));
  for (int l = lane; l < lane + GROUP && l < lanes; l++) {
    const intptr_t i = row_of(*cell(ids, row, l), n);
    if (i >= 0) named[l - lane] = *cell(x, row * n + i, l);
  }
  return named;
}

/* words: dst, x, ids, rows, n; everything row-major and of one extent. */
SMALL void run_cross_entropy(const Frame *f, const int32_t *w) {
  Lanes dst = lanes_of(f, w), x = lanes_of(f, w + 2), ids = lanes_of(f, w + 4);
  const intptr_t rows = w[6], n = w[7];
  const int tiled = w[0] == SPACE_TILE, lanes = tiled ? LANES : 1;
  for (intptr_t row = 0; row < rows; row++)
    FOR_LANES(lane, tiled) {
      const LogSum norm = log_sum_exp(cell(x, row * n, 0), n, 1, tiled, lane);
      const vf named = named_elements(x, ids, row, n, lanes, lane);
      set_element(dst.p, row, tiled, lane, (norm.largest - named) + norm.log_total);
    }
}

/* words: dst, g, x, ids, rows, n; everything row-major and of one extent. */
KERNEL void run_cross_entropy_gradient(const Frame *f, const int32_t *w) {
  Lanes dst = lanes_of(f, w), x = lanes_of(f, w + 4), ids = lanes_of(f, w + 6);
  const float *g = address(f, w + 2);
  const Exponents exponents = exponents_of(1.0f);
  const intptr_t rows = w[8], n = w[9];
  const int tiled = w[0] == SPACE_TILE, lanes = tiled ? LANES : 1;
  for (intptr_t row = 0; row < rows; row++) {
    float *out = cell(dst, row * n, 0);
    FOR_LANES(lane, tiled) {
      const vf slope = element(g, row, tiled, lane);
      softmax_row(out, cell(x, row * n, 0), n, 1, exponents, tiled, lane);
      for (intptr_t i = 0; i < n; i++)
        set_element(out, i, tiled, lane, slope * element(out, i, tiled, lane));
    }
    for (int l = 0; l < lanes; l++) {
      const intptr_t named = row_of(*cell(ids, row, l), n);
      if (named >= 0) out[named * dst.element + l] -= g[row * dst.element + l];
      else
        for (intptr_t i = 0; i < n; i++) out[i * dst.element + l] = __builtin_nanf("");
    }
  }
}

/* ---- Contractions --------------------------------------------------------------------------- */

/* A column is shared and the same for all rows: a bias, or its gradient. */
enum { NO_ADDEND, COLUMN_ADDEND, TILED_ADDEND };

/* What is done with a sum last: nothing, or plus or times another value. */
enum { LAST_NOTHING, LAST_ADD, LAST_MULTIPLY };

/*
 * out[b, m, n] = addend[b, m, n] + sum over k of a[b, m, k] * c[b, n, k], then plus or times
 * other[b, m, n]. A tiled addend and `other` lie as the result does, whose columns follow each other.
 * Rows m, columns n and batched axes b come as tables of offsets; k as an outer table (offset in a,
 * offset in c) and one inner axis with strides.
 * words: out, a, c, addend, kind of addend, other, last, K, stride a, stride c, counts of (outer k,
 * b, m, n), then the tables
 *   outer k: (a, c)…  b: (out, addend, a, c)…  m: (out, a)…  n: (addend, c)…
 */
typedef struct {
  float *out;
  const float *a, *c, *addend, *other;
  int kind, last;
  intptr_t k, sa, sc;
  int outer, batches, rows, columns;
  const int32_t *t_outer, *t_batch, *t_row, *t_column;
} Contraction;

INLINE Contraction contraction(const Frame *f, const int32_t *w) {
  Contraction x = {address(f, w), address(f, w + 2), address(f, w + 4), address(f, w + 6),
                   address(f, w + 9), w[8], w[11], w[12], w[13], w[14], w[15], w[16], w[17], w[18],
                   w + 19, 0, 0, 0};
  x.t_batch = x.t_outer + 2 * x.outer;
  x.t_row = x.t_batch + 4 * x.batches;
  x.t_column = x.t_row + 2 * x.rows;
  return x;
}

/*
 * Outputs that one inner loop keeps in registers: rows × columns, the lanes of four of them summed
 * together. WebAssembly engines need some of the 16 registers for themselves: one row more and they
 * spill. Where c is shared and registers are short, all lanes of few outputs take fewer loads.
 */
#if GROUP == 16
#define ROWS 6
#elif GROUP == 8
#define ROWS 3
#else
#define ROWS 2
#endif
#define COLUMNS 4
#if GROUP > 4
#define SHARED_ROWS ROWS
#define SHARED_COLUMNS COLUMNS
#define SHARED_LANES GROUP
#else
#define SHARED_ROWS 1
#define SHARED_COLUMNS 2
#define SHARED_LANES LANES
#endif

/*
 * Where a column of a block stands in the table. Three columns that are left are a block of four in
 * which the third one stands in for the fourth, which is not its own: fewer blocks are compiled.
 */
#define COLUMN(j) ((j) < 3 ? 2 * (j) : fourth)
#define IS_OWN(j) ((j) < 3 || fourth == 6)

/*
 * A block of rows × columns outputs, of `lanes` lanes at a time; c is per sample or shared. Shared
 * numbers serve as many lanes as possible.
 */
INLINE void contract_block(const Contraction *x, const int32_t *batch, const int32_t *row, int first,
                           int fourth, int rows, int columns, int lanes, int c_tiled) {
  const float *a[ROWS], *c[COLUMNS];
  intptr_t at[ROWS];
  const int width = c_tiled ? LANES : 1, groups = lanes / GROUP;
  const int32_t *column = x->t_column + 2 * first;
  UNROLL for (int i = 0; i < rows; i++) {
    a[i] = x->a + ((intptr_t)batch[2] + row[2 * i + 1]) * LANES;
    at[i] = ((intptr_t)batch[0] + row[2 * i] + first) * LANES;
  }
  UNROLL for (int j = 0; j < columns; j++)
    c[j] = x->c + ((intptr_t)batch[3] + column[COLUMN(j) + 1]) * width;
  const intptr_t sa = x->sa * LANES, sc = x->sc * width;
#define EACH_SUM                                  \
  UNROLL for (int i = 0; i < rows; i++)           \
    UNROLL for (int j = 0; j < columns; j++)      \
      EACH_GROUP(g, groups)
/* `statement` for each sum, with p where the same output is in what begins at `start`. */
#define EACH_PLACE(start, statement)                                        \
  UNROLL for (int i = 0; i < rows; i++) {                                   \
    start + at[i] + lane;                                                   \
    UNROLL for (int j = 0; j < columns; j++)                                \
      EACH_GROUP(g, groups) if (IS_OWN(j)) statement;                       \
  }
  for (int lane = 0; lane < LANES; lane += lanes) {
    vf sum[ROWS][COLUMNS][GROUPS];
    EACH_SUM sum[i][j][g] = splat(0.0f);
    for (int o = 0; o < x->outer; o++) {
      intptr_t pa = (intptr_t)x->t_outer[2 * o] * LANES + lane;
      intptr_t pc = (intptr_t)x->t_outer[2 * o + 1] * width + (c_tiled ? lane : 0);
      for (intptr_t k = 0; k < x->k; k++, pa += sa, pc += sc)
        EACH_GROUP(g, groups) {
          vf left[ROWS];
          UNROLL for (int i = 0; i < rows; i++) left[i] = load(a[i] + pa + g * GROUP);
          UNROLL for (int j = 0; j < columns; j++) {
            vf right = c_tiled ? load(c[j] + pc + g * GROUP) : splat(c[j][pc]);
            UNROLL for (int i = 0; i < rows; i++)
              sum[i][j][g] = MULTIPLY_ADD(left[i], right, sum[i][j][g]);
          }
        }
    }
    /* Last, so that the small terms are not rounded to a large addend one by one. */
    if (x->kind == COLUMN_ADDEND) {
      UNROLL for (int j = 0; j < columns; j++) {
        const vf bias = splat(x->addend[(intptr_t)batch[1] + column[COLUMN(j)]]);
        UNROLL for (int i = 0; i < rows; i++)
          EACH_GROUP(g, groups) sum[i][j][g] += bias;
      }
    } else if (x->kind == TILED_ADDEND) {
      EACH_PLACE(const float *p = x->addend, sum[i][j][g] += load(p + j * LANES + g * GROUP))
    }
    if (x->last == LAST_ADD) {
      EACH_PLACE(const float *p = x->other, sum[i][j][g] += load(p + j * LANES + g * GROUP))
    } else if (x->last == LAST_MULTIPLY) {
      EACH_PLACE(const float *p = x->other, sum[i][j][g] *= load(p + j * LANES + g * GROUP))
    }
    EACH_PLACE(float *p = x->out, store(p + j * LANES + g * GROUP, sum[i][j][g]))
  }
}

/* The same with the lanes summed too: the gradient of something shared. Adds to a shared result. */
INLINE void contract_block_reduced(const Contraction *x, const int32_t *batch, const int32_t *row,
                                   int first, int fourth, int rows, int columns) {
  four total[ROWS];
  const float *a[ROWS], *c[COLUMNS];
  const int32_t *column = x->t_column + 2 * first;
  UNROLL for (int i = 0; i < rows; i++) total[i] = (four){0};
  UNROLL for (int i = 0; i < rows; i++)
    a[i] = x->a + ((intptr_t)batch[2] + row[2 * i + 1]) * LANES;
  UNROLL for (int j = 0; j < columns; j++)
    c[j] = x->c + ((intptr_t)batch[3] + column[COLUMN(j) + 1]) * LANES;
  const intptr_t sa = x->sa * LANES, sc = x->sc * LANES;
  for (int lane = 0; lane < LANES; lane += GROUP) {
    vf sum[ROWS][COLUMNS];
    UNROLL for (int i = 0; i < rows; i++)
      UNROLL for (int j = 0; j < COLUMNS; j++) sum[i][j] = splat(0.0f);
    for (int o = 0; o < x->outer; o++) {
      intptr_t pa = (intptr_t)x->t_outer[2 * o] * LANES + lane;
      intptr_t pc = (intptr_t)x->t_outer[2 * o + 1] * LANES + lane;
      for (intptr_t k = 0; k < x->k; k++, pa += sa, pc += sc) {
        vf left[ROWS];
        UNROLL for (int i = 0; i < rows; i++) left[i] = load(a[i] + pa);
        UNROLL for (int j = 0; j < columns; j++) {
          vf right = load(c[j] + pc);
          UNROLL for (int i = 0; i < rows; i++) sum[i][j] = MULTIPLY_ADD(left[i], right, sum[i][j]);
        }
      }
    }
    UNROLL for (int i = 0; i < rows; i++) total[i] = add_lanes(total[i], sum[i]);
  }
  UNROLL for (int i = 0; i < rows; i++) {
    float *out = x->out + (intptr_t)batch[0] + row[2 * i] + first;
    if (columns == COLUMNS && IS_OWN(3)) *(four *)out += total[i];
    else UNROLL for (int j = 0; j < columns && j < 3; j++) out[j] += total[i][j];
  }
}

/* Calls `block` with compile-time sizes, so that the accumulators stay in registers. */
#define FOR_BLOCKS(x, most_rows, most_columns, block)                          \
  for (int b = 0; b < (x).batches; b++)                                        \
    for (int i = 0; i < (x).rows; i += most_rows) {                            \
      const int32_t *batch = (x).t_batch + 4 * b, *row = (x).t_row + 2 * i;     \
      switch ((x).rows - i < most_rows ? (x).rows - i : most_rows) {           \
        ROW_CASE(x, 1, most_rows, most_columns, block)                         \
        ROW_CASE(x, 2, most_rows, most_columns, block)                         \
        ROW_CASE(x, 3, most_rows, most_columns, block)                         \
        ROW_CASE(x, 4, most_rows, most_columns, block)                         \
        ROW_CASE(x, 5, most_rows, most_columns, block)                         \
        ROW_CASE(x, 6, most_rows, most_columns, block)                         \
      }                                                                        \
    }
#define ROW_CASE(x, r, most_rows, most_columns, block)                         \
  case r:                                                                      \
    if (r <= most_rows)                                                        \
      for (int j = 0; j < (x).columns; j += most_columns) {                    \
        const int left = (x).columns - j, fourth = left == 3 ? 4 : 6;          \
        if (left == 1) block(r, 1);                                            \
        else if (left == 2 && most_columns > 2) block(r, 2);                   \
        else block(r, most_columns);                                           \
      }                                                                        \
    break;

/* a is per sample, c shared; the result is per sample. */
KERNEL void run_contract_shared(const Frame *f, const int32_t *w) {
  const Contraction x = contraction(f, w);
#define SHARED_BLOCK(r, n) contract_block(&x, batch, row, j, fourth, r, n, SHARED_LANES, 0)
  FOR_BLOCKS(x, SHARED_ROWS, SHARED_COLUMNS, SHARED_BLOCK)
}

/* Everything per sample. */
SMALL void run_contract_tiled(const Frame *f, const int32_t *w) {
  const Contraction x = contraction(f, w);
#define TILED_BLOCK(r, n) contract_block(&x, batch, row, j, fourth, r, n, GROUP, 1)
  FOR_BLOCKS(x, ROWS, COLUMNS, TILED_BLOCK)
}

/* Adds the sums of c over k and the lanes, as if a had a row of ones. */
INLINE void add_column_sums(const Contraction *x, float *sums) {
  for (int b = 0; b < x->batches; b++)
    for (int o = 0; o < x->outer; o++)
      for (int first = 0; first < x->columns; first += 4) {
        const int32_t *batch = x->t_batch + 4 * b, *column = x->t_column + 2 * first;
        const int some = x->columns - first < 4 ? x->columns - first : 4;
        const float *c[4], *start = x->c + ((intptr_t)batch[3] + x->t_outer[2 * o + 1]) * LANES;
        for (int j = 0; j < 4; j++) c[j] = start + column[j < some ? 2 * j + 1 : 1] * LANES;
        const four totals = sums_along(c, x->k, x->sc * LANES);
        for (int j = 0; j < some; j++) sums[batch[1] + column[2 * j]] += totals[j];
      }
}

/*
 * Both per sample, the result shared: summed over the lanes and added. What would be the addend is
 * where the sums over the columns go.
 */
KERNEL void run_contract_reduced(const Frame *f, const int32_t *w) {
  const Contraction x = contraction(f, w);
#define REDUCED_BLOCK(r, n) contract_block_reduced(&x, batch, row, j, fourth, r, n)
  FOR_BLOCKS(x, ROWS, COLUMNS, REDUCED_BLOCK)
  if (x.kind == COLUMN_ADDEND) add_column_sums(&x, address(f, w + 6));
}

/*
 * The same where c is a constant that is nearly all zeros: each output lists its non-zero terms.
 * words: out, a, addend, kind of addend, other, last, rows, then per row (out, a), outputs,
 * then per output (out, addend, terms, then per term: offset in a, value as bits)
 */
KERNEL void run_contract_sparse(const Frame *f, const int32_t *w) {
  float *out = address(f, w);
  const float *a = address(f, w + 2), *addend = address(f, w + 4), *other = address(f, w + 7);
  const int kind = w[6], last = w[9], rows = w[10];
  const int32_t *row = w + 11, *output = row + 2 * rows + 1;
  for (int32_t left = output[-1]; left > 0; left--) {
    const int32_t *terms = output + 3, count = output[2];
    for (int i = 0; i < rows; i++) {
      const intptr_t at = ((intptr_t)row[2 * i] + output[0]) * LANES;
      const float *p = a + (intptr_t)row[2 * i + 1] * LANES;
      vf sum[GROUPS];
      EACH_GROUP(g, GROUPS) sum[g] = splat(kind == COLUMN_ADDEND ? addend[output[1]] : 0.0f);
      if (kind == TILED_ADDEND) EACH_GROUP(g, GROUPS) sum[g] = load(addend + at + g * GROUP);
      for (int32_t k = 0; k < count; k++) {
        const float *x = p + (intptr_t)terms[2 * k] * LANES;
        const vf factor = splat(float_of(terms[2 * k + 1]));
        EACH_GROUP(g, GROUPS) sum[g] = MULTIPLY_ADD(load(x + g * GROUP), factor, sum[g]);
      }
      if (last == LAST_ADD) EACH_GROUP(g, GROUPS) sum[g] += load(other + at + g * GROUP);
      if (last == LAST_MULTIPLY) EACH_GROUP(g, GROUPS) sum[g] *= load(other + at + g * GROUP);
      EACH_GROUP(g, GROUPS) store(out + at + g * GROUP, sum[g]);
    }
    output = terms + 2 * count;
  }
}

/* Everything shared. */
SMALL void run_contract_plain(const Frame *f, const int32_t *w) {
  const Contraction x = contraction(f, w);
  for (int b = 0; b < x.batches; b++)
    for (int i = 0; i < x.rows; i++)
      for (int j = 0; j < x.columns; j++) {
        const int32_t *batch = x.t_batch + 4 * b, *row = x.t_row + 2 * i, *column = x.t_column + 2 * j;
        const float *a = x.a + batch[2] + row[1], *c = x.c + batch[3] + column[1];
        vf sum = splat(0.0f);
        for (int o = 0; o < x.outer; o++) {
          const float *left = a + x.t_outer[2 * o], *right = c + x.t_outer[2 * o + 1];
          for (intptr_t k = 0; k < x.k; k++)
            sum = MULTIPLY_ADD(splat(left[k * x.sa]), splat(right[k * x.sc]), sum);
        }
        x.out[(intptr_t)batch[0] + row[0] + j] = sum[0];
      }
}

/* ---- The batch ------------------------------------------------------------------------------ */

/* Lanes of the current tile that hold a sequence; the others repeat the last one. */
INLINE int real_lanes(const Frame *f) {
  const int left = f->batch - f->first;
  return left < LANES ? left : LANES;
}

/* Four rows of four become four columns. */
INLINE void transpose_fours(four x[4]) {
  const four a = FOUR_SHUFFLE(x[0], x[1], 0, 4, 1, 5), b = FOUR_SHUFFLE(x[2], x[3], 0, 4, 1, 5);
  const four c = FOUR_SHUFFLE(x[0], x[1], 2, 6, 3, 7), d = FOUR_SHUFFLE(x[2], x[3], 2, 6, 3, 7);
  x[0] = FOUR_SHUFFLE(a, b, 0, 1, 4, 5);
  x[1] = FOUR_SHUFFLE(a, b, 2, 3, 6, 7);
  x[2] = FOUR_SHUFFLE(c, d, 0, 1, 4, 5);
  x[3] = FOUR_SHUFFLE(c, d, 2, 3, 6, 7);
}

/* words: dst, binding, rows slot, width. */
KERNEL void run_load(const Frame *f, const int32_t *w) {
  float *dst = address(f, w);
  const float *table = binding(f, w[2]);
  const int32_t *rows = f->rows[w[3]] ? word(f->base, f->rows[w[3]]) : 0;
  const intptr_t width = w[4];
  const int real = real_lanes(f);
  for (int l = 0; l < LANES; l += 4) {
    const float *row[4];
    for (int k = 0; k < 4; k++) {
      const int32_t i = f->first + (l + k < real ? l + k : real - 1);
      row[k] = table + (intptr_t)(rows ? rows[i] : i) * width;
    }
    intptr_t e = 0;
    for (; e + 4 <= width; e += 4) {
      four x[4];
      UNROLL for (int k = 0; k < 4; k++) x[k] = *(const four *)(row[k] + e);
      transpose_fours(x);
      UNROLL for (int k = 0; k < 4; k++) *(four *)(dst + (e + k) * LANES + l) = x[k];
    }
    for (; e < width; e++)
      for (int k = 0; k < 4; k++) dst[e * LANES + l + k] = row[k][e];
  }
}

/* words: src, binding, width. */
KERNEL void run_store(const Frame *f, const int32_t *w) {
  const float *src = address(f, w);
  float *out = binding(f, w[2]);
  const intptr_t width = w[3];
  const int real = real_lanes(f);
  for (int l = 0; l < real; l += 4) {
    const int some = real - l < 4 ? real - l : 4;
    float *row = out + (intptr_t)(f->first + l) * width;
    intptr_t e = 0;
    for (; e + 4 <= width; e += 4) {
      four x[4];
      UNROLL for (int k = 0; k < 4; k++) x[k] = *(const four *)(src + (e + k) * LANES + l);
      transpose_fours(x);
      for (int k = 0; k < some; k++) *(four *)(row + k * width + e) = x[k];
    }
    for (; e < width; e++)
      for (int k = 0; k < some; k++) row[k * width + e] = src[e * LANES + l + k];
  }
}

/* words: dst. */
SMALL void run_sample_mask(const Frame *f, const int32_t *w) {
  float *dst = address(f, w);
  for (int l = 0; l < LANES; l++) dst[l] = (float)(f->first + l < f->batch);
}

/*
 * words: dst, src, rank, kept dims(size, stride), rank, reduced dims(size, stride). Adds the sums over
 * the reduced elements and the lanes to the row-major dst.
 */
SMALL void run_batch_sum(const Frame *f, const int32_t *w) {
  float *dst = address(f, w);
  const float *src = address(f, w + 2);
  const int32_t *kept = w + 5, *reduced = kept + 2 * w[4] + 1;
  const int32_t *run = reduced + (reduced[-1] - 1) * 2;
  const int32_t *row = kept + (w[4] - 1) * 2;
  const intptr_t n = row[0], stride = (intptr_t)row[1] * LANES;
  for (Odometer o = odometer(kept, w[4] - 1, 1); !o.done; advance(&o))
    for (intptr_t first = 0; first < n; first += 4) {
      const int some = n - first < 4 ? (int)(n - first) : 4;
      for (Odometer r = odometer(reduced, reduced[-1] - 1, 1); !r.done; advance(&r)) {
        const float *p[4], *start = src + (o.at[0] + r.at[0]) * LANES + first * stride;
        for (int i = 0; i < 4; i++) p[i] = start + (i < some ? i * stride : 0);
        const four totals = sums_along(p, run[0], (intptr_t)run[1] * LANES);
        for (int i = 0; i < some; i++) dst[i] += totals[i];
      }
      dst += some;
    }
}

/* ---- The interpreter ------------------------------------------------------------------------ */

/* The order of OPCODES in lowering/encode.ts. An instruction: [opcode, words that follow, …]. */
SMALL void run_code(const Frame *f, uint32_t place, uint32_t words) {
  const int32_t *code = word(f->base, place), *end = code + words;
  while (code < end) {
    const int32_t *w = code + 2;
    switch (code[0]) {
      case 0: run_unary(f, w); break;
      case 1: run_unary_pair(f, w); break;
      case 2: run_binary(f, w); break;
      case 3: run_where(f, w); break;
      case 4: run_copy(f, w); break;
      case 5: run_fill(f, w); break;
      case 6: run_reduce(f, w); break;
      case 7: run_argmax(f, w); break;
      case 8: run_softmax(f, w); break;
      case 9: run_softmax_gradient(f, w); break;
      case 10: run_log_softmax(f, w); break;
      case 11: run_cross_entropy(f, w); break;
      case 12: run_cross_entropy_gradient(f, w); break;
      case 13: run_embed(f, w); break;
      case 14: run_scatter_rows(f, w); break;
      case 15: run_pick(f, w); break;
      case 16: run_spread(f, w); break;
      case 17: run_contract_shared(f, w); break;
      case 18: run_contract_tiled(f, w); break;
      case 19: run_contract_reduced(f, w); break;
      case 20: run_contract_plain(f, w); break;
      case 21: run_load(f, w); break;
      case 22: run_store(f, w); break;
      case 23: run_sample_mask(f, w); break;
      case 24: run_batch_sum(f, w); break;
      case 25: run_contract_sparse(f, w); break;
      case 26: run_attention(f, w); break;
    }
    code += 2 + code[1];
  }
}

#define EXPORT MINSIZE __attribute__((noinline, visibility("default"), used))

/*
 * One run of a program as a record of words, in the order of JOB_FIELDS in tiles/job.ts: the code of
 * its three parts, the memory that it works in, and its batch. Places are words from `base`.
 */
typedef struct {
  uint32_t before, before_words, per_tile, per_tile_words, after, after_words;
  uint32_t shared;
  uint32_t tile, tile_words;               /* a block for each thread */
  uint32_t accumulator, accumulator_words; /* a block of whole vectors for each chunk */
  uint32_t chunks;
  uint32_t bindings, rows;
  int32_t batch;
} Job;

/* What chunk `chunk` of a job works on, in the memory of thread `thread`. */
SMALL Frame frame_of(uintptr_t base, const Job *job, uint32_t chunk, uint32_t thread) {
  return (Frame){base,
                 word(base, job->tile + thread * job->tile_words),
                 word(base, job->shared),
                 word(base, job->accumulator + chunk * job->accumulator_words),
                 word(base, job->bindings),
                 word(base, job->rows),
                 job->batch,
                 0};
}

/* Sums start at 0; then the shared values that come before the batch. */
EXPORT void begin_job(uintptr_t base, uint32_t place) {
  const Job *job = word(base, place);
  const Frame f = frame_of(base, job, 0, 0);
  __builtin_memset(f.accumulator, 0, 4 * (size_t)job->chunks * job->accumulator_words);
  run_code(&f, job->before, job->before_words);
}

/* A chunk's tiles: the batch is cut into chunks of equally many tiles, or one more. */
EXPORT void run_chunk(uintptr_t base, uint32_t place, uint32_t chunk, uint32_t thread) {
  const Job *job = word(base, place);
  Frame f = frame_of(base, job, chunk, thread);
  const uint32_t tiles = ((uint32_t)job->batch + LANES - 1) / LANES;
  const uint32_t to = (chunk + 1) * tiles / job->chunks;
  for (uint32_t t = chunk * tiles / job->chunks; t < to; t++) {
    f.first = t * LANES;
    run_code(&f, job->per_tile, job->per_tile_words);
  }
}

/* The chunks' sums are added in order; then the shared values that come after the batch. */
EXPORT void end_job(uintptr_t base, uint32_t place) {
  const Job *job = word(base, place);
  const Frame f = frame_of(base, job, 0, 0);
  const uint32_t size = job->accumulator_words;
  for (uint32_t c = 1; c < job->chunks; c++) {
    const float *part = f.accumulator + (uintptr_t)c * size;
    for (uint32_t i = 0; i < size; i += GROUP)
      store(f.accumulator + i, load(f.accumulator + i) + load(part + i));
  }
  run_code(&f, job->after, job->after_words);
}

/* `count` jobs, one after the other; `jobs` lists their places. */
EXPORT void run_jobs(uintptr_t base, uint32_t jobs, uint32_t count) {
  const uint32_t *places = word(base, jobs);
  for (uint32_t i = 0; i < count; i++) {
    const Job *job = word(base, places[i]);
    begin_job(base, places[i]);
    for (uint32_t chunk = 0; chunk < job->chunks; chunk++) run_chunk(base, places[i], chunk, 0);
    end_job(base, places[i]);
  }
}

/* ---- Node addon ----------------------------------------------------------------------------- */

#if defined(NODE_ADDON)

/* The part of Node-API that is used here; the functions come from the node executable. */
typedef struct napi_env_s *napi_env;
typedef struct napi_value_s *napi_value;
typedef struct napi_callback_info_s *napi_callback_info;
typedef napi_value (*napi_callback)(napi_env, napi_callback_info);
int napi_get_cb_info(napi_env, napi_callback_info, size_t *, napi_value *, napi_value *, void **);
int napi_get_value_double(napi_env, napi_value, double *);
int napi_get_typedarray_info(napi_env, napi_value, int *, size_t *, void **, napi_value *, size_t *);
int napi_create_double(napi_env, double, napi_value *);
int napi_create_function(napi_env, const char *, size_t, napi_callback, void *, napi_value *);
int napi_set_named_property(napi_env, napi_value, const char *, napi_value);

#define MAX_ARGUMENTS 4

/* The arguments of a call as numbers; addresses are below 2^53. */
static void read_numbers(napi_env env, napi_callback_info info, size_t count, double *numbers) {
  napi_value values[MAX_ARGUMENTS];
  napi_get_cb_info(env, info, &count, values, 0, 0);
  for (size_t i = 0; i < count; i++) napi_get_value_double(env, values[i], &numbers[i]);
}

/* (view) => the address of a typed array's first byte. */
static napi_value call_address(napi_env env, napi_callback_info info) {
  size_t count = 1, length, offset;
  napi_value view, buffer, result;
  void *data = 0;
  int type;
  napi_get_cb_info(env, info, &count, &view, 0, 0);
  napi_get_typedarray_info(env, view, &type, &length, &data, &buffer, &offset);
  napi_create_double(env, (double)(uintptr_t)data, &result);
  return result;
}

#define CALL(name, count, ...)                                          \
  static napi_value call_##name(napi_env env, napi_callback_info info) { \
    double n[MAX_ARGUMENTS];                                            \
    read_numbers(env, info, count, n);                                  \
    name((uintptr_t)n[0], __VA_ARGS__);                                 \
    return 0;                                                           \
  }
CALL(begin_job, 2, n[1])
CALL(run_chunk, 4, n[1], n[2], n[3])
CALL(end_job, 2, n[1])
CALL(run_jobs, 3, n[1], n[2])

/* (rounds) => the floating-point operations done: fused multiply-adds in registers and no memory. */
static napi_value call_multiply_adds(napi_env env, napi_callback_info info) {
  enum { CHAINS = 16 };
  double n[MAX_ARGUMENTS];
  napi_value result;
  vf x[CHAINS];
  read_numbers(env, info, 1, n);
  for (int i = 0; i < CHAINS; i++) x[i] = splat((float)i);
  const vf factor = splat(0.999f), term = splat(0.001f);
  const int64_t rounds = (int64_t)n[0];
  for (int64_t round = 0; round < rounds; round++)
    UNROLL for (int i = 0; i < CHAINS; i++) x[i] = MULTIPLY_ADD(x[i], factor, term);
  four sums = {0};
  for (int i = 0; i < CHAINS; i += 4) sums = add_lanes(sums, x + i);
  const double operations = n[0] * CHAINS * GROUP * 2.0;
  napi_create_double(env, sums[0] == sums[0] ? operations : 0.0, &result);
  return result;
}

EXPORT napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  const struct {
    const char *name;
    napi_callback call;
  } functions[] = {{"address", call_address},
                   {"beginJob", call_begin_job},
                   {"runChunk", call_run_chunk},
                   {"endJob", call_end_job},
                   {"runJobs", call_run_jobs},
                   {"multiplyAdds", call_multiply_adds}};
  for (int i = 0; i < 6; i++) {
    napi_value function;
    napi_create_function(env, functions[i].name, (size_t)-1, functions[i].call, 0, &function);
    napi_set_named_property(env, exports, functions[i].name, function);
  }
  return exports;
}

#endif
