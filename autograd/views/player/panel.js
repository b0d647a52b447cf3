// What stands beside the drawing: the current step's equations, and the list of all steps.

// One application of the chain rule, along one link.
const ruleBox = (step, position) => {
  const { node, parent, argument, upstream, contribution } = step;
  const formula = formulas[nodes[node].rule].local[argument];
  const value = text(step.local);
  const symbol = local(node, parent, argument);
  const lead = symbol.length > LONG ? say("local") : symbol;
  const names = withNames(formula, node);
  const numbers = withNumbers(formula, node, run.values);
  const product = [
    part("upstream", text(upstream)),
    " × ",
    part("local", guarded(value)),
    " = ",
    part("contribution", text(contribution)),
  ];
  const box = element("div", "rule");
  box.dataset.step = position;
  if (nodes[parent].constant) {
    const what = say("to_constant", called(parent));
    box.append(line("more", what, ...product, say("unused")));
    return box;
  }
  const above = node === root ? "1" : total(node);
  box.append(
    line("chain", `${total(parent)} += `, part("upstream", above), " · ", part("local", symbol)),
    line("more", part("local", chained(lead, names, numbers, value).join(" = "))),
    line("more", "+= ", ...product),
    ...received(step, position),
  );
  return box;
};

// What the parent has after the step; with its last contribution, the sum of all.
const MOST_TERMS = 5;
const received = ({ parent, accumulated }, position) => {
  const given = run.steps.slice(0, position + 1).filter((each) => each.parent === parent);
  const before = given.at(-2)?.accumulated ?? 0;
  const last = given.length === contributions[parent];
  const terms = given.map(({ contribution }) => text(contribution));
  const sum = terms.map((term, i) => (i ? guarded(term) : term)).join(" + ");
  const several = last && given.length > 1 && given.length <= MOST_TERMS;
  return [
    line(
      "grad",
      `${say("grad_of", nodes[parent].name)}${text(before)} → `,
      part("contribution", text(accumulated)),
      contributions[parent] > 1 ? ` (${say("of", given.length, contributions[parent])})` : "",
      last ? element("span", "final", ` ✓\u00a0${say("final")}`) : "",
    ),
    ...(several ? [line("more", `${total(parent)} = ${sum} = ${text(accumulated)}`)] : []),
  ];
};

const forwardBox = (index) => {
  const { name, rule } = nodes[index];
  const { forward } = formulas[rule];
  const names = withNames(forward, index);
  const parts = chained(names, withNumbers(forward, index, run.values), text(run.values[index]));
  const result = parts.pop();
  return element(
    "div",
    "rule",
    ...parts.map((each, i) => line(i ? "more" : "chain", i ? "" : `${name} `, `= ${each}`)),
    line("more", parts.length ? "= " : `${name} = `, part("upstream", result)),
  );
};

const note = (content) => element("div", "note", content);
const nameOf = (card) =>
  isModule(card) ? places[card].name : nodes[data.shown[card]].name;
const titleOf = ({ phase, nodes: worked }) => {
  if (phase === "start") return say("before");
  const { name, sign, card } = nodes[worked[0]];
  if (worked.length > 1) return nameOf(card);
  return sign && phase !== "seed" ? `${name}  (${sign})` : name;
};

// A whole module: the numbers that cross its border, of each kind the first ones.
const MOST_LINES = 6;
const placed = (index) => nodes[index].place || nodes[index].name;
const listed = (heading, lines) => {
  const box = element("div", "rule", line("chain", heading));
  box.append(...lines.slice(0, MOST_LINES).map((each) => line("more", ...each)));
  const more = lines.length - MOST_LINES;
  if (more > 0) box.append(line("more", say("and_more", more)));
  return box;
};

const moduleForward = ({ nodes: worked }) => {
  const inside = new Set(worked);
  const read = new Set([root]);
  nodes.forEach(({ parents }, index) => {
    if (!inside.has(index)) parents.forEach((parent) => read.add(parent));
  });
  const exits = worked.filter((index) => read.has(index));
  const lines = exits.map((index) => [
    `${placed(index)} = `,
    part("upstream", text(run.values[index])),
  ]);
  return [
    say("computed", worked.length),
    [listed(say("handed_on", exits.length), lines)],
  ];
};

const moduleBackward = ({ nodes: worked, start }, gradients, steps) => {
  const before = gradientsAt(current - 1);
  const earlier = new Set([root, ...run.steps.slice(0, start).map(({ parent }) => parent)]);
  const arrived = worked.filter((index) => earlier.has(index)).reverse();
  const isFinal = (index) => course.final.get(index) < current;
  const upstream = arrived.map((index) => [
    say(isFinal(index) ? "grad_of" : "grad_so_far", placed(index)),
    part("upstream", text(before[index])),
  ]);
  const inside = new Set(worked);
  const given = new Set(steps.map(({ parent }) => parent));
  const receivers = new Map(); // the lines for each module, and for all single nodes
  const own = nodes[worked[0]].card;
  nodes.forEach(({ card, constant }, parent) => {
    if (constant || inside.has(parent) || !given.has(parent)) return;
    const whom = nodesOf[card].length > 1 ? card : null;
    if (!receivers.has(whom)) receivers.set(whom, []);
    receivers.get(whom).push([
      `${say("grad_of", placed(parent))}${text(before[parent])} → `,
      part("contribution", text(gradients[parent])),
      course.final.get(parent) === current ? element("span", "final", " ✓") : "",
    ]);
  });
  const ownLast = [...receivers].sort(([one], [other]) => (one === own) - (other === own));
  const boxes = ownLast.map(([card, lines]) => {
    const count = lines.length;
    if (card === own) return listed(say("passed_to_own", count), lines);
    if (card === null) return listed(say("passed_on", count), lines);
    return listed(say("passed_to", nameOf(card), count), lines);
  });
  return [
    say("applications", steps.length),
    [listed(say("upstreams", arrived.length), upstream), ...boxes],
  ];
};

const panel = {
  start: () => [say("leaves_known"), [note(say("step_on", nodes[root].symbol))]],
  forward: (frame) =>
    frame.nodes.length > 1
      ? moduleForward(frame)
      : [say("from_parents"), [forwardBox(frame.nodes[0])]],
  seed: () => [say("seed"), [note(say("others_zero")), note(say("notation"))]],
  backward: (frame, gradients, steps) => {
    const [node, ...others] = frame.nodes;
    if (others.length > 0) return moduleBackward(frame, gradients, steps);
    const boxes = steps.map((step, offset) => ruleBox(step, frame.start + offset));
    const arrived = say("upstream", `${total(node)} = ${text(gradients[node])}`);
    return [node === root ? say("seed") : arrived, [...boxes, note(say("notation"))]];
  },
};

const fillPanel = (frame, gradients, steps) => {
  const words = { start: "", forward: say("forward") };
  const [upstream, boxes] = panel[frame.phase](frame, gradients, steps);
  const place = frame.nodes.length === 1 ? nodes[frame.nodes[0]].place : "";
  const phase = words[frame.phase] ?? say("backward");
  find(".phase").textContent = [phase, place].filter(Boolean).join(" · ");
  find(".title").textContent = titleOf(frame);
  find(".title").title = titleOf(frame);
  find(".upstream").replaceChildren(...apart(upstream));
  find(".upstream").title = upstream;
  find(".rules").replaceChildren(...boxes);
  find(".rules").scrollTop = 0;
};

// An equation that is too long for its line loses some of its symbols, not of its number.
const apart = (equation) => {
  const [symbols, number] = equation.split(" = ");
  if (number === undefined) return [equation];
  const cut = element("span", "cut", symbols);
  cut.style.maxWidth = `calc(100% - ${number.length + 3}ch)`;
  return [cut, ` = ${number}`];
};

const order = find(".order");
let lines = [];
const orderLine = (frame, position) => {
  const words = { start: say("line_start"), seed: say("line_seed") };
  const arrow = { forward: "→ ", backward: "← " }[frame.phase] ?? "";
  const button = element(
    "button",
    "",
    element("span", "number", `${position}.`),
    element("span", "what", words[frame.phase] ?? arrow + titleOf(frame)),
    element("span", "mark", ""),
  );
  button.type = "button";
  button.tabIndex = -1;
  button.addEventListener("click", () => jump(position));
  keepFocus(button);
  return button;
};

// Only the lines between the step that was shown and the one that is now have changed.
let marked = 0;
const markOrder = () => {
  const [from, to] = [Math.min(marked, current), Math.max(marked, current)];
  for (let position = from; position <= to; position += 1) {
    const button = lines[position];
    const passedOn = position > course.seed && position < current;
    write(button.lastChild, passedOn ? "✓" : "");
    button.classList.toggle("past", position < current);
    button.tabIndex = position === current ? 0 : -1; // the arrow keys go along the list
    if (position === current) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
  }
  marked = current;
  const chosen = lines[current];
  order.scrollTop = chosen.offsetTop - order.offsetTop - order.clientHeight / 2;
};

const spoken = (frame, steps) => {
  const where = `${say("position", current, course.last)}. ${titleOf(frame)}`;
  if (frame.nodes.length > 1) {
    const headings = [...document.querySelectorAll(".rules .chain")];
    return [where, ...headings.map((each) => each.textContent)].join(". ");
  }
  if (frame.phase === "forward") return `${where} = ${text(run.values[frame.nodes[0]])}`;
  const news = steps
    .filter(({ parent }) => !nodes[parent].constant)
    .map((s) => say("gradient_of", nodes[s.parent].name, text(s.accumulated)));
  return [where, ...news].join(". ");
};
