// Numbers and equations as text, with the digits, signs and brackets of a textbook.

let digits = data.precision; // significant digits; the reader can change them

const minus = (number) => number.replace(/^-/, "−");
// A number with its power of ten as Python writes it: 1.5e-07.
const scientific = (mantissa, exponent) => {
  const sign = exponent < 0 ? "-" : "+";
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
};
const special = (x) => {
  if (Number.isNaN(x)) return "nan";
  return Number.isFinite(x) ? null : minus(x > 0 ? "inf" : "-inf");
};

// JavaScript writes a half as the digit further from 0, Python as the even one: 0.125 as 0.12. So of
// a number that is halfway between two of so many digits, the even one is written in its place.
const withoutHalf = (x, precision) => {
  const [, sign, all, power] = /^(-?)([\d.]+)e(.*)$/.exec(x.toExponential(100)); // all that there are
  const written = all.replace(".", "");
  const [kept, rest] = [written.slice(0, precision), written.slice(precision)];
  const goesDown = /^50*$/.test(rest) && Number(kept.at(-1)) % 2 === 0;
  return goesDown ? Number(`${sign}${kept}e${Number(power) - precision + 1}`) : x;
};
// A number as Python's format(x, ".6g") writes it, with a minus that is one.
const text = (number, precision = digits) => {
  if (number === 0 || special(number)) return special(number) ?? (Object.is(number, -0) ? "−0" : "0");
  const x = withoutHalf(number, precision);
  const [mantissa, power] = x.toExponential(precision - 1).split("e");
  const exponent = Number(power);
  const short = (s) => (s.includes(".") ? s.replace(/\.?0+$/, "") : s);
  const plain = exponent >= -4 && exponent < precision;
  return minus(
    plain ? short(x.toFixed(precision - 1 - exponent)) : scientific(short(mantissa), exponent),
  );
};
// All its digits, as Python's repr writes them.
const exact = (x) => {
  if (x === 0 || special(x)) return special(x) ?? (Object.is(x, -0) ? "−0.0" : "0.0");
  const [mantissa, power] = x.toExponential().split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) return minus(scientific(mantissa, exponent));
  return minus(Number.isInteger(x) ? `${x}.0` : String(x));
};

// How strongly a number binds, as autograd/spelling.py says it of terms.
const NEGATIVE = 3;
const POWER = 5;
const ATOM = 6;
const binding = (number) => {
  if (number.startsWith("−")) return NEGATIVE;
  return number.includes("e") ? POWER : ATOM;
};
const guarded = (number) => (number.startsWith("−") ? `(${number})` : number);

// ∂L/∂a is the total derivative, along all ways; ∂v1/∂a|₁ is local: through the 1st argument alone.
const fraction = (of, by) => `∂${nodes[of].symbol}/∂${nodes[by].symbol}`;
const total = (by) => fraction(root, by);
const subscript = (number) => String(number).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);
const LONG = 32; // characters of a fraction that is not worth repeating
const local = (node, parent, argument) =>
  `${fraction(node, parent)}|${subscript(argument + 1)}`;

// A formula with places such as {x1:4}, filled with names or numbers, in parentheses where needed.
const filled = (formula, node, write, bracketed = (content) => `(${content})`) =>
  formula.replace(/\b(if|else)\b/g, (word) => say(word)).replace(/\{(y|x\d+):(\d)\}/g, (_, place, least) => {
    const index = place === "y" ? node : nodes[node].parents[Number(place.slice(1))];
    const [content, strength] = write(index);
    return strength < Number(least) ? bracketed(content) : content;
  });
// A constant is called by its number, with as many digits as any other.
const called = (index) => (nodes[index].constant ? text(run.values[index]) : nodes[index].name);
const withNames = (formula, node) =>
  filled(formula, node, (index) => [called(index), nodes[index].binding]);
const withNumbers = (formula, node, values) =>
  filled(formula, node, (index) => [text(values[index]), binding(text(values[index]))]);
// The steps of an equation, each once: a formula may be a number already.
const chained = (...parts) => parts.filter((part, i) => part !== parts[i + 1]);
