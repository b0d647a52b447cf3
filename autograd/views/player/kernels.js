// The forward of every primitive operation that is no operator of JavaScript's, by its name; fixed
// parameters come after the inputs. What is composed of these, and every derivative, is generated
// from the operation table (see javascript.py).
"use strict";

const kernels = (() => {
  // erf by its series of positive terms, erfc by its continued fraction: each where it is exact.
  // Abramowitz, Stegun: Handbook of Mathematical Functions, 7.1.6 and 7.1.14.
  // e to the power −x², with the square of the upper half of x's digits, which is exact, apart.
  const bell = (x) => {
    const shifted = 134217729 * x;
    const z = shifted - (shifted - x);
    return Math.exp(-z * z) * Math.exp((z - x) * (z + x));
  };
  const erfSeries = (x) => {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return (2 / Math.sqrt(Math.PI)) * bell(x) * sum;
  };
  const erfcFraction = (x) => {
    let tail = 0;
    for (let n = 200; n > 0; n -= 1) tail = n / 2 / (x + tail);
    return bell(Math.min(x, 50)) / Math.sqrt(Math.PI) / (x + tail);
  };
  const erf = (x) => {
    if (!(Math.abs(x) > 2)) return erfSeries(x);
    return Math.sign(x) * (1 - erfcFraction(Math.abs(x)));
  };
  const erfc = (x) => (x > 1 ? erfcFraction(x) : 1 - erf(x));
  // JavaScript says that 1 ** NaN and (-1) ** Infinity are NaN; IEEE 754 and Python say 1.
  const isOne = (a, b) => a === 1 || (a === -1 && Math.abs(b) === Infinity);
  const power = (a, b) => (isOne(a, b) ? 1 : a ** b);

  // Halves go to the even neighbour, as in IEEE 754 and Python; Math.round sends them upwards.
  const round = (x) => {
    const up = Math.round(x);
    return up - x === 0.5 && up % 2 !== 0 ? up - 1 : up;
  };

  return {
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
    abs: Math.abs,
    floor: Math.floor,
    ceil: Math.ceil,
    trunc: Math.trunc,
    round,
    fmod: (a, b) => a % b,
    dot: (...inputs) => {
      const n = Math.floor(inputs.length / 2);
      let sum = inputs.length % 2 ? inputs[inputs.length - 1] : 0;
      for (let i = 0; i < n; i += 1) sum += inputs[i] * inputs[n + i];
      return sum;
    },
    total: (...inputs) => inputs.reduce((sum, x) => sum + x, 0),
  };
})();
