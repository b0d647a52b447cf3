// The drawing: what its cards and links show at a step, and how large and where it is shown.
// Text enters the page through textContent only.

const find = (selector) => document.querySelector(selector);
const isPressed = (button) => button.getAttribute("aria-pressed") === "true";
const press = (button, pressed) => button.setAttribute("aria-pressed", String(pressed));

const element = (tag, className, ...content) => {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content);
  return made;
};
// Where a long line may end: after a sign, not within a number, nor at the hyphen of its power.
const breakable = (content) => {
  if (typeof content !== "string") return [content];
  const parts = content.split(/([\d.]+e-\d+)/); // every second one is a number
  const pieces = parts.flatMap((part, i) =>
    i % 2 ? [element("span", "number", part)] : part.split(/(?<=[·/,(])/).filter(Boolean),
  );
  return pieces.flatMap((piece) => [piece, document.createElement("wbr")]);
};
const line = (className, ...content) => element("p", className, ...content.flatMap(breakable));
// A mouse leaves the focus where it is, so that the space bar goes on to play and pause.
const keepFocus = (button) =>
  button.addEventListener("mousedown", (event) => event.preventDefault());
const part = (kind, content) => element("span", `${kind}-part`, ...breakable(content));

const viewport = find(".viewport");
const svg = viewport.querySelector("svg");
const size = { width: svg.width.baseVal.value, height: svg.height.baseVal.value };
const cards = [...svg.querySelectorAll(".card")];
const links = [...svg.querySelectorAll(".link")];
const linkOf = new Map(
  links.map((link, position) => [data.links[position].join(" "), link]),
);
const nodesOf = cards.map(() => []);
nodes.forEach(({ card }, index) => nodesOf[card].push(index));
for (const card of cards) {
  card.querySelector("[data-key=grad]")?.previousElementSibling.classList.add("grad");
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
  name: card.querySelector("title").textContent,
  role: card.classList[1],
  counts: [...card.querySelectorAll("[data-key]:not([data-key=data], [data-key=grad])")],
}));
// What a card is, and what it stands for.
const kindOf = ({ role, counts }, index) => {
  const listed = counts.map((each) => [each.textContent, data.keys[language][each.dataset.key]]);
  if (role === "module") return [say("holds", listed)];
  const { rule, place } = nodes[index];
  const operation = rule === null ? say(role) : `${say(role)}: ${formulas[rule].name}`;
  const kind = place ? `${operation}, ${place}` : operation;
  return [kind, ...listed.map(([count, key]) => `${key} ${count}`)];
};
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
  const away = (way) => Math.abs(line.getPointAtLength(way).x - middle);
  const fromStart = away(0) < away(length); // in a block of leaves the label is beside the leaf
  let best = { cost: Infinity, x: middle };
  for (let gone = 0; gone <= length; gone += 2) {
    const { x, y } = line.getPointAtLength(fromStart ? gone : length - gone);
    const cost = Math.abs(y - level) + 0.2 * Math.abs(x - middle);
    if (fromStart ? x > middle + room : x < middle - room) break;
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
    shape("path", { class: "flow-head", d: `M${x},${y}L${x + 9},${y - 4.5}L${x + 9},${y + 4.5}z` }),
  );
  const label = locals.length === 1 ? factor(locals[0]) : say("links", locals.length);
  const columns = label.length + (label.match(/[\u2e80-\uffee]/g)?.length ?? 0);
  const width = 7 * columns + 4;
  const [labelX, labelY] = besideLink(line, data.labels[links.indexOf(link)], width);
  flowLabels.append(
    shape("rect", { class: "paper", x: labelX - width / 2, y: labelY - 7, width, height: 14 }),
    shape("text", { class: "flow-label", x: labelX, y: labelY + 4 }, label),
  );
};

const drawCards = (frame, gradients) => {
  cards.forEach((card, position) => {
    const index = data.shown[position];
    const place = places[position];
    const lines = [place.name, ...kindOf(place, index)];
    if (index === null) return write(place.title, lines.join("\n"));
    const words = data.keys[language];
    const node = nodes[index];
    const known = isLeaf(node) || course.forward.get(index) <= current;
    const shown = Math.min(digits, data.precision); // the card is as wide as these need
    const done = course.final.get(index) <= current;
    const started = current >= course.seed;
    write(place.data, known ? text(run.values[index], shown) : "");
    lines.push(`${words.data} ${known ? exact(run.values[index]) : ""}`);
    if (place.grad) {
      write(place.grad, started ? text(gradients[index], shown) : "–");
      write(place.key, done ? `${words.grad}✓` : words.grad);
      lines.push(`${words.grad} ${started ? exact(gradients[index]) : "–"}`);
    }
    write(place.title, lines.join("\n"));
    card.classList.toggle("done", done);
    card.classList.toggle("new", frame.phase === "forward" && frame.nodes.includes(index));
    card.classList.toggle("edited", isLeaf(node) && !Object.is(run.values[index], recorded.values[index]));
    return undefined;
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
