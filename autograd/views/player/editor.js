// Changing a value: what is typed, what it means, and what is wrong with it.

const chooser = find(".editor .leaf");
const input = find(".editor .value");
const complaint = find(".editor .note");
nodes.slice(0, leafCount).forEach((node, index) => {
  const option = element("option", "", node.name);
  option.value = index;
  chooser.append(option);
});

// As Python writes it, so that it can be typed again.
const typed = (x) => special(x)?.replace("−", "-") ?? (Object.is(x, -0) ? "-0" : String(x));
const choose = (index) => {
  chooser.value = index;
  input.value = typed(run.values[index]);
  complain("");
};

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const WORD = /^([+-]?)(nan|inf|infinity)$/i;
const BEGUN = /^[+-]?(\d*\.?\d*(e[+-]?)?|n|na|in|infi|infin|infini|infinit|i)$/i; // so far
const read = (content) => {
  const plain = content.trim().replace(/^−/, "-").replace(/e−/i, "e-");
  const [, sign, word] = WORD.exec(plain) ?? [];
  if (word) return { number: /^n/i.test(word) ? NaN : sign === "-" ? -Infinity : Infinity };
  if (NUMBER.test(plain)) {
    const number = Number(plain);
    return Number.isFinite(number) ? { number } : { wrong: say("too_large", plain) };
  }
  if (/^[+-]?\d+,\d+$/.test(plain)) {
    return { wrong: say("comma", plain, plain.replace(",", ".")) };
  }
  return { wrong: say("no_number", plain), begun: BEGUN.test(plain) };
};

const complain = (wrong) => {
  complaint.textContent = wrong || problem();
  input.setAttribute("aria-invalid", String(Boolean(wrong)));
};
const problem = () => {
  const bad = run.values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0 || bad === Number(chooser.value)) return ""; // what is chosen stands in the field
  return say(Number.isNaN(run.values[bad]) ? "no_real_value" : "infinite", nodes[bad].name);
};

const recompute = (leaves) => {
  const same = leaves.every((value, index) => Object.is(value, recorded.values[index]));
  run = same ? recorded : compute(leaves);
  complain("");
  show();
  tell("values");
};
const withValue = (leaf, number) => {
  const leaves = run.values.slice(0, leafCount);
  leaves[leaf] = number;
  return leaves;
};

chooser.addEventListener("change", () => choose(Number(chooser.value)));
input.addEventListener("input", () => {
  const { number, wrong, begun } = read(input.value);
  if (number === undefined) complain(begun ? "" : wrong);
  else recompute(withValue(Number(chooser.value), number));
});
input.addEventListener("change", () => {
  complain(read(input.value).wrong ?? "");
});
find(".editor").addEventListener("submit", (event) => event.preventDefault());

const precision = find(".digits");
precision.addEventListener("input", () => {
  if (!precision.checkValidity() || precision.value === "") return;
  digits = precision.valueAsNumber;
  show();
});
precision.addEventListener("change", () => {
  const wrong = !precision.checkValidity() || precision.value === "";
  complaint.textContent = wrong ? say("digits_range", precision.max) : problem();
});
