// The player. What it shows at a step follows from the step's number and the numbers of the graph
// alone, so going back is as easy as going on. Text enters the page through textContent only.
"use strict";

(() => {
  const data = JSON.parse(document.getElementById("walkthrough").textContent);
  const { nodes, root, formulas } = data;
  const find = (selector) => document.querySelector(selector);
  const isLeaf = (node) => node.rule === null;
  const leafCount = nodes.filter(isLeaf).length; // leaves come first, then parents before consumers

  // --------------------------------------------------------------------------------- the numbers

  const NUMBERS = ["upstream", "local", "contribution", "accumulated"];
  const numeric = (step) => {
    const numbers = NUMBERS.map((key) => [key, Number(step[key])]);
    return { ...step, ...Object.fromEntries(numbers) };
  };
  const recorded = {
    values: nodes.map((node) => Number(node.value)),
    steps: data.steps.map(numeric),
  };

  // The graph computed anew from its leaves: forwards, then the chain rule in backward's order.
  const compute = (leaves) => {
    const values = [...leaves];
    for (const node of nodes.slice(leafCount)) {
      values.push(rules[node.rule].forward(...node.parents.map((parent) => values[parent])));
    }
    // null is what passes an edge that is not selected: nothing, whatever it is multiplied with.
    const gradients = nodes.map((_, index) => (index === root ? 1 : null));
    const steps = [];
    for (let index = nodes.length - 1; index >= leafCount; index -= 1) {
      const { rule, parents } = nodes[index];
      const inputs = parents.map((parent) => values[parent]);
      const locals = rules[rule].local(values[index], ...inputs);
      const upstream = gradients[index];
      parents.forEach((parent, argument) => {
        const local = locals[argument];
        const passed = upstream === null || local === null ? null : upstream * local;
        if (passed !== null) gradients[parent] = (gradients[parent] ?? 0) + passed;
        const numbers = { upstream, local, contribution: passed, accumulated: gradients[parent] };
        for (const name of NUMBERS) numbers[name] ??= 0;
        steps.push({ node: index, parent, argument, ...numbers });
      });
    }
    return { values, steps };
  };

  // ---------------------------------------------------------------------------------- the frames

  const contributions = nodes.map(() => 0); // how many each node receives
  for (const { parent } of data.steps) contributions[parent] += 1;

  // What is shown one after the other: every node by itself or, with `whole`, one card after the
  // other, so that a folded layer is one frame. `end` counts the applications of the chain rule.
  const divided = (whole) => {
    const frames = [{ phase: "start", nodes: [], start: 0, end: 0 }];
    const frameOfNode = { forward: new Map(), backward: new Map(), final: new Map() };
    const enter = (phase, node, position) => {
      const last = frames.at(-1);
      const same = (other) => other === node || (whole && nodes[other].card === nodes[node].card);
      if (last.phase !== phase || !same(last.nodes[0])) {
        frames.push({ phase, nodes: [], start: position, end: position });
      }
      const frame = frames.at(-1);
      if (frame.nodes.at(-1) !== node) frame.nodes.push(node);
      return frame;
    };
    for (let index = leafCount; index < nodes.length; index += 1) {
      enter("forward", index, 0);
      frameOfNode.forward.set(index, frames.length - 1);
    }
    enter("seed", root, 0);
    const seed = frames.length - 1;
    frameOfNode.final.set(root, seed);
    data.steps.forEach(({ node, parent }, position) => {
      enter("backward", node, position).end = position + 1;
      frameOfNode.backward.set(node, frames.length - 1);
      frameOfNode.final.set(parent, frames.length - 1);
    });
    return { frames, ...frameOfNode, seed, last: frames.length - 1 };
  };

  // ---------------------------------------------------------------------------------------- text

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

  // A number as Python's format(x, ".6g") writes it, with a minus that is one.
  const text = (x, precision = digits) => {
    if (x === 0 || special(x)) return special(x) ?? (Object.is(x, -0) ? "−0" : "0");
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
  const filled = (formula, node, write) =>
    formula.replace(/\{(y|x\d+):(\d)\}/g, (_, place, least) => {
      const index = place === "y" ? node : nodes[node].parents[Number(place.slice(1))];
      const [content, strength] = write(index);
      return strength < Number(least) ? `(${content})` : content;
    });
  // A constant is called by its number, with as many digits as any other.
  const called = (index) => (nodes[index].constant ? text(run.values[index]) : nodes[index].name);
  const withNames = (formula, node) =>
    filled(formula, node, (index) => [called(index), nodes[index].binding]);
  const withNumbers = (formula, node, values) =>
    filled(formula, node, (index) => [text(values[index]), binding(text(values[index]))]);
  // The steps of an equation, each once: a formula may be a number already.
  const chained = (...parts) => parts.filter((part, i) => part !== parts[i + 1]);

  const element = (tag, className, ...content) => {
    const made = document.createElement(tag);
    made.className = className;
    made.append(...content);
    return made;
  };
  const line = (className, ...content) => element("p", className, ...content);
  const part = (kind, content) => element("span", `${kind}-part`, content);

  // -------------------------------------------------------------------------------------- the state

  const wholeButton = find("[data-action=whole]");
  const isPressed = (button) => button.getAttribute("aria-pressed") === "true";
  // A mouse leaves the focus where it is, so that the space bar goes on to play and pause.
  const keepFocus = (button) =>
    button.addEventListener("mousedown", (event) => event.preventDefault());
  const press = (button, pressed) => button.setAttribute("aria-pressed", String(pressed));
  const folded = data.shown.length < nodes.length;
  wholeButton.hidden = !folded;
  press(wholeButton, folded);

  let run = recorded;
  let course = divided(folded);
  let current = 0;
  let timer = null;

  const gradientsAt = (frame) => {
    const gradients = nodes.map((_, index) => (index === root ? 1 : 0));
    for (const step of run.steps.slice(0, course.frames[frame].end)) {
      gradients[step.parent] = step.accumulated;
    }
    return gradients;
  };

  // ------------------------------------------------------------------------------------ the drawing

  const viewport = find(".viewport");
  const svg = viewport.querySelector("svg");
  const size = { width: svg.width.baseVal.value, height: svg.height.baseVal.value };
  const cards = [...svg.querySelectorAll(".card")];
  const links = [...svg.querySelectorAll(".link")];
  const linkOf = new Map(
    links.map((link) => {
      const { source, target, argument } = link.dataset;
      return [`${source} ${target} ${argument}`, link];
    }),
  );
  const nodesOf = cards.map(() => []);
  nodes.forEach(({ card }, index) => nodesOf[card].push(index));
  for (const card of cards) {
    const key = [...card.querySelectorAll(".key")].find((each) => each.textContent === "grad");
    if (key) key.classList.add("grad");
    [...card.querySelectorAll(".box")].at(-1).classList.add("front");
  }
  const isModule = (card) => cards[card].classList.contains("module");
  const SVG = "http://www.w3.org/2000/svg";
  const shape = (tag, attributes, content = "") => {
    const made = document.createElementNS(SVG, tag);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    made.textContent = content;
    return made;
  };
  const flow = shape("g", { class: "flow" });
  const flowLabels = shape("g", { class: "flow" });
  svg.querySelector(".cards").before(flow, flowLabels);

  const places = cards.map((card) => ({
    data: card.querySelector("[data-key=data]"),
    grad: card.querySelector("[data-key=grad]"),
    key: card.querySelector(".key.grad"), // a constant has no gradient
    title: card.querySelector("title"),
    name: card.querySelector("title").textContent.split("\ndata ")[0],
  }));
  const write = (place, content) => {
    if (place.textContent !== content) place.textContent = content;
  };

  const linkBetween = (parent, node, argument) => {
    const between = `${nodes[parent].card} ${nodes[node].card}`;
    return linkOf.get(`${between} ${argument}`) ?? linkOf.get(`${between} -1`);
  };

  // A local derivative beside its link: with four digits, or with two where these are too long.
  const factor = (number) => {
    const [long, short] = [4, 2].map((precision) => `×${guarded(text(number, precision))}`);
    return long.length <= 10 ? long : short;
  };

  // Where a link's label stands: on the level that the layout keeps for it in the gap before the
  // consumer, so that no two labels meet, and there as near to its own line as the gap allows.
  const besideLink = (line, [middle, level], width) => {
    const length = line.getTotalLength();
    const room = Math.max(0, (data.room - width) / 2);
    let best = { cost: Infinity, x: middle };
    for (let way = length; way >= 0; way -= 2) {
      const { x, y } = line.getPointAtLength(way);
      const cost = Math.abs(y - level) + 0.2 * Math.abs(x - middle);
      if (x < middle - room) break;
      if (x <= middle + room && cost < best.cost) best = { cost, x };
    }
    return [best.x, level];
  };

  // Gradient flows against the data: from the node, along the link, to the parent.
  const drawFlow = (link, locals) => {
    link.classList.add("flowing");
    const line = link.querySelector(".line");
    const route = line.getAttribute("d");
    const tip = /^M([^L]+)/.exec(link.querySelector(".head").getAttribute("d"))[1];
    const [x, y] = /^M([^CL]+)/.exec(route)[1].split(",").map(Number);
    flow.append(
      shape("path", { class: "flow-line", d: `${route}L${tip}` }),
      shape("path", { class: "flow-head", d: `M${x},${y}l9,-4.5v9z` }),
    );
    const label = locals.length === 1 ? factor(locals[0]) : `${locals.length} links`;
    const width = 7 * label.length + 4;
    const [labelX, labelY] = besideLink(line, data.labels[Number(link.dataset.link)], width);
    flowLabels.append(
      shape("rect", { class: "paper", x: labelX - width / 2, y: labelY - 7, width, height: 14 }),
      shape("text", { class: "flow-label", x: labelX, y: labelY + 4 }, label),
    );
  };

  const drawCards = (frame, gradients) => {
    cards.forEach((card, position) => {
      const index = data.shown[position];
      if (index === null) return;
      const node = nodes[index];
      const known = isLeaf(node) || course.forward.get(index) <= current;
      const place = places[position];
      const shown = Math.min(digits, data.precision); // the card is as wide as these need
      const done = course.final.get(index) <= current;
      const started = current >= course.seed;
      write(place.data, known ? text(run.values[index], shown) : "");
      const lines = [place.name, `data ${known ? exact(run.values[index]) : ""}`];
      if (place.grad) {
        write(place.grad, started ? text(gradients[index], shown) : "–");
        write(place.key, done ? "grad✓" : "grad");
        lines.push(`grad ${started ? exact(gradients[index]) : "–"}`);
      }
      write(place.title, lines.join("\n"));
      card.classList.toggle("done", done);
      card.classList.toggle("new", frame.phase === "forward" && frame.nodes.includes(index));
      card.classList.toggle("edited", isLeaf(node) && run.values[index] !== recorded.values[index]);
    });
  };

  // Of each node inside the card of a long sum or product, the derivative of the whole.
  const insideSums = () => {
    const within = new Map();
    for (const { node, parent, local: factor } of run.steps) {
      const { card } = nodes[node];
      if (card === nodes[parent].card && !isModule(card)) {
        within.set(parent, factor * (within.get(node) ?? 1));
      }
    }
    return within;
  };

  const drawStep = (frame, steps) => {
    for (const card of cards) card.classList.remove("current", "receiving");
    for (const link of links) link.classList.remove("flowing", "incoming");
    flow.replaceChildren();
    flowLabels.replaceChildren();
    if (frame.phase === "start") return;
    const flowing = new Map(); // a link to a folded module stands for several steps
    const within = frame.nodes.length > 1 ? insideSums() : new Map();
    for (const step of steps) {
      cards[nodes[step.parent].card].classList.add("receiving");
      const link = linkBetween(step.parent, step.node, step.argument);
      const passed = step.local * (within.get(step.node) ?? 1);
      if (link) flowing.set(link, [...(flowing.get(link) ?? []), passed]);
    }
    flowing.forEach((locals, link) => drawFlow(link, locals));
    if (frame.phase === "forward") {
      for (const node of frame.nodes) {
        nodes[node].parents.forEach((parent, argument) => {
          linkBetween(parent, node, argument)?.classList.add("incoming");
        });
      }
    }
    const card = cards[nodes[frame.nodes[0]].card];
    card.classList.remove("receiving");
    card.classList.add("current");
  };

  // Keeps what happens in sight; scrolls the drawing only, never the page around it.
  const scrollTo = (selector) => {
    const boxes = [...svg.querySelectorAll(selector)].map((each) => each.getBoundingClientRect());
    const centre = svg.querySelector(".card.current")?.getBoundingClientRect() ?? boxes[0];
    const frame = viewport.getBoundingClientRect();
    const span = (low, high) => {
      const from = Math.min(...boxes.map((box) => box[low])) - 12;
      const to = Math.max(...boxes.map((box) => box[high])) + 12;
      const fits = to - from <= frame[high] - frame[low];
      if (fits && from >= frame[low] && to <= frame[high]) return 0;
      const middle = fits ? from + to : centre[low] + centre[high];
      return (middle - frame[low] - frame[high]) / 2;
    };
    viewport.scrollBy(span("left", "right"), span("top", "bottom"));
  };

  const fitButton = find("[data-action=fit]");
  const READABLE = 0.6; // the least scale at which the text of a card can still be read
  const fitted = () =>
    Math.min(1, viewport.clientWidth / size.width, viewport.clientHeight / size.height);
  const resize = () => {
    const scale = isPressed(fitButton) ? fitted() : 1;
    svg.style.width = `${Math.floor(size.width * scale)}px`;
    svg.style.height = `${Math.floor(size.height * scale)}px`;
  };

  // -------------------------------------------------------------------------------------- the panel

  // One application of the chain rule, along one link.
  const ruleBox = (step, position) => {
    const { node, parent, argument, upstream, contribution } = step;
    const formula = formulas[nodes[node].rule].local[argument];
    const value = text(step.local);
    const symbol = local(node, parent, argument);
    const lead = symbol.length > LONG ? "local" : symbol;
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
      const what = `to the constant ${called(parent)}: `;
      box.append(line("more", what, ...product, ", unused"));
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
        `grad of ${nodes[parent].name}: ${text(before)} → `,
        part("contribution", text(accumulated)),
        contributions[parent] > 1 ? ` (${given.length} of ${contributions[parent]})` : "",
        last ? element("span", "final", " ✓\u00a0final") : "",
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
      ...parts.map((each, i) => line(i ? "more" : "chain", `${i ? "" : `${name} `}= ${each}`)),
      line("more", parts.length ? "= " : `${name} = `, part("upstream", result)),
    );
  };

  const note = (content) => element("div", "note", content);
  const nameOf = (card) =>
    isModule(card) ? places[card].name.split("\n")[0] : nodes[data.shown[card]].name;
  const titleOf = ({ phase, nodes: worked }) => {
    if (phase === "start") return "Before the first step";
    const { name, sign, card } = nodes[worked[0]];
    if (worked.length > 1) return nameOf(card);
    return sign && phase !== "seed" ? `${name}  (${sign})` : name;
  };

  // A whole module: the numbers that cross its border, of each kind the first ones.
  const MOST_LINES = 6;
  const placed = (index) => nodes[index].place || nodes[index].name;
  const counted = (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`;
  const listed = (heading, lines) => {
    const box = element("div", "rule", line("chain", heading));
    box.append(...lines.slice(0, MOST_LINES).map((each) => line("more", ...each)));
    const more = lines.length - MOST_LINES;
    if (more > 0) box.append(line("more", `… and ${more} more`));
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
      `${counted(worked.length, "node")} computed from their parents`,
      [listed(`handed on: ${counted(exits.length, "value")}`, lines)],
    ];
  };

  const moduleBackward = ({ nodes: worked, start }, gradients, steps) => {
    const before = gradientsAt(current - 1);
    const earlier = new Set([root, ...run.steps.slice(0, start).map(({ parent }) => parent)]);
    const arrived = worked.filter((index) => earlier.has(index)).reverse();
    const isFinal = (index) => course.final.get(index) < current;
    const upstream = arrived.map((index) => [
      `grad of ${placed(index)}${isFinal(index) ? "" : " so far"}: `,
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
        `grad of ${placed(parent)}: ${text(before[parent])} → `,
        part("contribution", text(gradients[parent])),
        course.final.get(parent) === current ? element("span", "final", " ✓") : "",
      ]);
    });
    const ownLast = [...receivers].sort(([one], [other]) => (one === own) - (other === own));
    const boxes = ownLast.map(([card, lines]) => {
      const whom = { [own]: " to its own leaves", null: "" }[card] ?? ` to ${nameOf(card)}`;
      return listed(`passed on${whom}: ${counted(lines.length, "gradient")}`, lines);
    });
    return [
      `${counted(steps.length, "application")} of the chain rule`,
      [listed(`upstream: ${counted(arrived.length, "gradient")}`, upstream), ...boxes],
    ];
  };

  const NOTATION =
    "|₁ means local: through the 1st argument alone, all else held fixed. " +
    "A ∂ without it is total: along all ways.";

  const panel = {
    start: () => [
      "The leaves have their values.",
      [
        note(
          "Step on: first every value is computed from its parents, forwards; then the gradient " +
            `of ${nodes[root].symbol} flows back, and every node passes upstream · local on to ` +
            "each of its parents.",
        ),
      ],
    ],
    forward: (frame) =>
      frame.nodes.length > 1
        ? moduleForward(frame)
        : ["its value, from its parents", [forwardBox(frame.nodes[0])]],
    seed: () => [
      data.start,
      [
        note("All other gradients are 0 so far. Step on, and it flows back."),
        note(NOTATION),
      ],
    ],
    backward: (frame, gradients, steps) => {
      const [node, ...others] = frame.nodes;
      if (others.length > 0) return moduleBackward(frame, gradients, steps);
      const boxes = steps.map((step, offset) => ruleBox(step, frame.start + offset));
      const arrived = `upstream ${total(node)} = ${text(gradients[node])}`;
      return [node === root ? data.start : arrived, [...boxes, note(NOTATION)]];
    },
  };

  const fillPanel = (frame, gradients, steps) => {
    const words = { start: "", forward: "forward pass", seed: "backward pass" };
    const [upstream, boxes] = panel[frame.phase](frame, gradients, steps);
    const place = frame.nodes.length === 1 ? nodes[frame.nodes[0]].place : "";
    const phase = words[frame.phase] ?? "backward pass";
    find(".phase").textContent = [phase, place].filter(Boolean).join(" · ");
    find(".title").textContent = titleOf(frame);
    find(".title").title = titleOf(frame);
    find(".upstream").textContent = upstream;
    find(".rules").replaceChildren(...boxes);
    find(".rules").scrollTop = 0;
  };

  const order = find(".order");
  let lines = [];
  const orderLine = (frame, position) => {
    const words = { start: "start", seed: "seed: 1" };
    const arrow = { forward: "→ ", backward: "← " }[frame.phase] ?? "";
    const button = element(
      "button",
      "",
      element("span", "number", `${position}.`),
      element("span", "what", words[frame.phase] ?? arrow + titleOf(frame)),
      element("span", "mark", ""),
    );
    button.type = "button";
    button.tabIndex = -1; // the arrow keys go along the list
    button.addEventListener("click", () => jump(position));
    keepFocus(button);
    return button;
  };

  const markOrder = () => {
    lines.forEach((button, position) => {
      const passedOn = position > course.seed && position < current;
      write(button.lastChild, passedOn ? "✓" : "");
      button.classList.toggle("past", position < current);
      if (position === current) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
    const chosen = lines[current];
    order.scrollTop = chosen.offsetTop - order.offsetTop - order.clientHeight / 2;
  };

  const spoken = (frame, steps) => {
    const where = `Step ${current} of ${course.last}. ${titleOf(frame)}`;
    if (frame.nodes.length > 1) {
      const headings = [...document.querySelectorAll(".rules .chain")];
      return [where, ...headings.map((each) => each.textContent)].join(". ");
    }
    if (frame.phase === "forward") return `${where} = ${text(run.values[frame.nodes[0]])}`;
    const news = steps
      .filter(({ parent }) => !nodes[parent].constant)
      .map((s) => `gradient of ${nodes[s.parent].name}: ${text(s.accumulated)}`);
    return [where, ...news].join(". ");
  };

  // ------------------------------------------------------------------------------------------ moves

  const slider = find(".slider");
  const playButton = find("[data-action=play]");

  const show = () => {
    const frame = course.frames[current];
    const steps = run.steps.slice(frame.start, frame.end);
    const gradients = gradientsAt(current);
    drawCards(frame, gradients);
    drawStep(frame, steps);
    fillPanel(frame, gradients, steps);
    markOrder();
    slider.value = current;
    slider.setAttribute("aria-valuetext", `${current} of ${course.last}`);
    find(".counter").textContent = `${current} / ${course.last}`;
    find(".status").textContent = spoken(frame, steps);
  };

  const go = (position) => {
    current = Math.max(0, Math.min(course.last, position));
    show();
    scrollTo(current ? ".card.current, .card.receiving" : ".card");
  };
  const pause = () => {
    clearInterval(timer);
    timer = null;
    press(playButton, false);
    playButton.querySelector(".word").textContent = "play";
  };
  const jump = (position) => {
    pause();
    go(position);
  };
  const take = (chosen) => {
    course = chosen;
    lines = course.frames.map(orderLine);
    order.replaceChildren(...lines.map((button) => element("li", "", button)));
    slider.max = course.last;
  };
  const play = () => {
    if (current === course.last) go(0);
    press(playButton, true);
    playButton.querySelector(".word").textContent = "pause";
    timer = setInterval(() => {
      go(current + 1);
      if (current === course.last) pause();
    }, 1200);
  };
  const actions = {
    first: () => jump(0),
    back: () => jump(current - 1),
    play: () => (timer === null ? play() : pause()),
    step: () => jump(current + 1),
    last: () => jump(course.last),
    fit: () => {
      press(fitButton, !isPressed(fitButton));
      resize();
      scrollTo(".card.current, .card.receiving");
    },
    whole: () => {
      const { phase, nodes: worked } = course.frames[current];
      press(wholeButton, !isPressed(wholeButton));
      take(divided(isPressed(wholeButton)));
      jump(phase === "seed" ? course.seed : (course[phase]?.get(worked[0]) ?? 0));
    },
    reset: () => {
      recompute(recorded.values.slice(0, leafCount));
      choose(Number(chooser.value));
    },
  };

  // A click on a node goes to where it is worked on in the pass that is being watched, a click on a
  // leaf to where it is used or gets the last of its gradient; the leaf's value can then be changed.
  const visit = (index) => {
    const forward = current < course.seed;
    if (isLeaf(nodes[index])) choose(index);
    const user = nodes.findIndex((node) => node.parents.includes(index));
    const frame = isLeaf(nodes[index])
      ? (forward ? course.forward.get(user) : course.final.get(index))
      : (forward ? course.forward : course.backward).get(index);
    if (frame !== undefined) jump(frame);
  };

  // ----------------------------------------------------------------------------- changing a value

  const chooser = find(".editor .leaf");
  const input = find(".editor .value");
  nodes.slice(0, leafCount).forEach((node, index) => {
    const option = element("option", "", node.name);
    option.value = index;
    chooser.append(option);
  });
  const choose = (index) => {
    chooser.value = index;
    input.value = run.values[index];
  };
  const problem = () => {
    const bad = run.values.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) return "";
    const why = Number.isNaN(run.values[bad]) ? "has no real value" : "is infinite";
    return `${nodes[bad].name} ${why} here`;
  };
  const recompute = (leaves) => {
    const same = leaves.every((value, index) => Object.is(value, recorded.values[index]));
    run = same ? recorded : compute(leaves);
    find(".editor .note").textContent = problem();
    show();
  };

  // ----------------------------------------------------------------------------------------- events

  for (const button of document.querySelectorAll("[data-action]")) {
    keepFocus(button);
    button.addEventListener("click", () => actions[button.dataset.action]());
  }
  slider.addEventListener("input", () => jump(Number(slider.value)));
  svg.addEventListener("click", (event) => {
    const card = event.target.closest(".card");
    if (card) visit(nodesOf[Number(card.dataset.card)].at(-1));
  });
  chooser.addEventListener("change", () => choose(Number(chooser.value)));
  input.addEventListener("input", () => {
    if (input.value === "" || Number.isNaN(input.valueAsNumber)) return;
    const leaves = run.values.slice(0, leafCount);
    leaves[Number(chooser.value)] = input.valueAsNumber;
    recompute(leaves);
  });
  const precision = find(".digits");
  precision.addEventListener("input", () => {
    if (!precision.checkValidity() || precision.value === "") return;
    digits = precision.valueAsNumber;
    show();
  });
  find(".editor").addEventListener("submit", (event) => event.preventDefault());
  const keys = { ArrowLeft: "back", ArrowRight: "step", Home: "first", End: "last", " ": "play" };
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (event.altKey || event.ctrlKey || event.metaKey || !(key in keys)) return;
    if (target.matches("select, input[type=number]")) return;
    if (key === " " && target.matches("button:focus-visible")) return;
    event.preventDefault();
    actions[keys[key]]();
  });
  window.addEventListener("resize", resize);
  window.addEventListener("pointerdown", () => window.focus());

  choose(0);
  press(fitButton, fitted() >= READABLE);
  resize();
  take(course);
  go(0);
})();
