// The forward of every operation of the table, by its name; fixed parameters come after the inputs.
// Derivatives are not here: they are generated from the table (see javascript.py).
"use strict";

const kernels = (() => {
  // erf by its series of positive terms, erfc by its continued fraction: each where it is exact.
  // Abramowitz, Stegun: Handbook of Mathematical Functions, 7.1.6 and 7.1.14.
  const erfSeries = (x) => {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  };
  const erfcFraction = (x) => {
    let tail = 0;
    for (let n = 120; n > 0; n -= 1) tail = n / 2 / (x + tail);
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + tail);
  };
  const erf = (x) => {
    if (!(Math.abs(x) > 2)) return erfSeries(x);
    return Math.sign(x) * (1 - erfcFraction(Math.abs(x)));
  };
  const erfc = (x) => (x > 1 ? erfcFraction(x) : 1 - erf(x));
  const sigmoid = (x) => {
    if (x >= 0) return 1 / (1 + Math.exp(-x));
    const e = Math.exp(x);
    return e / (1 + e);
  };
  const sigmoidDerivative = (x) => {
    const e = Math.exp(-Math.abs(x));
    return e / ((1 + e) * (1 + e));
  };
  const larger = (a, b) => (a > b || Number.isNaN(a) ? a : b);
  const smaller = (a, b) => (a < b || Number.isNaN(a) ? a : b);
  const where = (condition, a, b) => (condition !== 0 ? a : b);
  // JavaScript says that 1 ** NaN is NaN; IEEE 754 and Python say 1.
  const power = (a, b) => (a === 1 ? 1 : a ** b);

  return {
    add: (a, b) => a + b,
    subtract: (a, b) => a - b,
    multiply: (a, b) => a * b,
    divide: (a, b) => a / b,
    negative: (x) => -x,
    positive: (x) => x,
    power,
    fixed_power: (x, n) => (n === 2 ? x * x : power(x, n)),
    exp: Math.exp,
    expm1: Math.expm1,
    log: Math.log,
    log1p: Math.log1p,
    sqrt: Math.sqrt,
    sin: Math.sin,
    cos: Math.cos,
    tan: Math.tan,
    asin: Math.asin,
    acos: Math.acos,
    atan: Math.atan,
    atan2: Math.atan2,
    hypot: Math.hypot,
    sinh: Math.sinh,
    cosh: Math.cosh,
    tanh: Math.tanh,
    asinh: Math.asinh,
    acosh: Math.acosh,
    atanh: Math.atanh,
    erf,
    erfc,
    sigmoid,
    sigmoid_derivative: sigmoidDerivative,
    tanh_derivative: (x) => 4 * sigmoidDerivative(2 * x),
    one_minus_square: (x) => (1 - x) * (1 + x),
    direction_cosine: (a, b) => a / Math.hypot(a, b),
    softplus: (x) => Math.log1p(Math.exp(-Math.abs(x))) + larger(x, 0),
    relu: (x) => larger(x, 0),
    leaky_relu: (x, slope) => (x > 0 ? x : slope * x),
    elu: (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x)),
    gelu: (x) => 0.5 * x * erfc(-x * Math.SQRT1_2),
    silu: (x) => x * sigmoid(x),
    abs: Math.abs,
    sign: Math.sign,
    heaviside: (x) => (x > 0 ? 1 : 0),
    maximum: larger,
    minimum: smaller,
    greater: (a, b) => (a > b ? 1 : 0),
    greater_equal: (a, b) => (a >= b ? 1 : 0),
    less: (a, b) => (a < b ? 1 : 0),
    less_equal: (a, b) => (a <= b ? 1 : 0),
    where,
    dot: (...inputs) => {
      const n = Math.floor(inputs.length / 2);
      let sum = inputs.length % 2 ? inputs[inputs.length - 1] : 0;
      for (let i = 0; i < n; i += 1) sum += inputs[i] * inputs[n + i];
      return sum;
    },
    total: (...inputs) => inputs.reduce((sum, x) => sum + x, 0),
    logsumexp: (...inputs) => {
      const largest = Math.max(...inputs);
      if (!Number.isFinite(largest)) return largest;
      return largest + Math.log(inputs.reduce((sum, x) => sum + Math.exp(x - largest), 0));
    },
  };
})();
