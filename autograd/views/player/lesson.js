// What a learner does beside stepping, each in a tab of the panel, and the first of these: one
// node's gradient, as the sum over its consumers, along its paths, and checked by moving the value.

const lesson = find(".lesson");
const tabs = {}; // by name, what fills the panel
let tab = "steps";

// A word of the glossary becomes a button that says what it means.
const explain = (place) => {
  const glossary = say("glossary");
  const words = new RegExp(Object.keys(glossary).map((word) => `(${word})`).join("|"), "i");
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const { parentElement: holder, data: content } = walker.currentNode;
    if (!holder.closest("button, option, output") && words.test(content)) found.push(walker.currentNode);
  }
  for (const each of found) {
    const pieces = each.data.split(words).filter(Boolean);
    each.replaceWith(
      ...pieces.map((piece) => {
        const meaning = glossary[piece.toLowerCase()];
        if (!meaning) return piece;
        const term = element("button", "term", piece);
        term.type = "button";
        term.title = meaning;
        term.addEventListener("click", () => {
          find(".meaning").textContent = meaning;
          find(".status").textContent = meaning;
        });
        return term;
      }),
    );
  }
};

const refill = () => {
  if (tab in tabs) lesson.replaceChildren(...tabs[tab].content());
  for (const place of document.querySelectorAll(".upstream, .panel .note, .lesson")) explain(place);
};

const openTab = (name) => {
  if (name !== tab) {
    const left = tab;
    tab = name;
    tabs[left]?.leave?.();
    tabs[name]?.enter?.();
  }
  find(".meaning").textContent = "";
  find(".panel").classList.toggle("learning", tab in tabs);
  find(".panel").classList.toggle("beside", tab === "node");
  for (const each of document.querySelectorAll("[data-tab]")) press(each, each.dataset.tab === tab);
  refill();
};

const push = (name, action) => {
  const button = element("button", "", say(name));
  button.type = "button";
  keepFocus(button);
  button.addEventListener("click", action);
  return button;
};

// ------------------------------------------------------------------------------ one node's gradient

const received_by = (index) => run.steps.filter(({ parent }) => parent === index);
const gradientOf = (index) => (index === root ? 1 : received_by(index).at(-1).accumulated);
const isAsked = ({ constant }) => !constant;
const asked = nodes.slice(0, leafCount).flatMap((node, index) => (isAsked(node) ? [index] : []));
// At first the leaf that receives most often.
let chosen = [root, ...asked].reduce((a, b) => (contributions[b] > contributions[a] ? b : a));

// The ways from the output to a node, each a list of steps; how many there are, and the first ones.
const MOST_PATHS = 5;
const LONGEST_PATH = 8;
const pathsTo = (index) => {
  const ways = new Map([[index, 1]]);
  for (let node = index + 1; node < nodes.length; node += 1) {
    const count = nodes[node].parents.reduce((sum, parent) => sum + (ways.get(parent) ?? 0), 0);
    if (count) ways.set(node, count);
  }
  const onward = new Map();
  for (const step of run.steps) {
    if (!ways.has(step.parent)) continue;
    if (!onward.has(step.node)) onward.set(step.node, []);
    onward.get(step.node).push(step);
  }
  const first = [];
  const waiting = [[root, []]];
  while (waiting.length && first.length < MOST_PATHS) {
    const [node, path] = waiting.pop();
    if (node === index) first.push(path);
    else waiting.push(...onward.get(node).map((step) => [step.parent, [...path, step]]).reverse());
  }
  return { count: ways.get(root), first };
};

const product = (factors, sign) => {
  const long = factors.length > LONGEST_PATH;
  const shown = long ? [...factors.slice(0, 4), "…", ...factors.slice(-3)] : factors;
  return shown.join(sign);
};

const pathLines = (path) => {
  const symbols = path.map(({ node, parent, argument }) => local(node, parent, argument));
  const numbers = path.map((step, i) => (i ? guarded(text(step.local)) : text(step.local)));
  const parts = chained(product(numbers, " × "), text(pathProduct(path)));
  return [
    line("chain", part("local", product(symbols, " · "))),
    line("more", parts.map((each) => `= ${each}`).join(" ")),
  ];
};
const pathProduct = (path) => path.reduce((result, step) => result * step.local, 1);
const sumLine = (sum) =>
  line("sum", `${total(chosen)} = `, chained(sum, text(gradientOf(chosen))).join(" = "));

// The output when one node is moved: what is computed from it follows, nothing else changes.
const outputWith = (index, value) => {
  const values = [...run.values];
  values[index] = value;
  return forwards(values, index)[root];
};

const checkBox = (index) => {
  const value = run.values[index];
  const h = 6e-6 * Math.max(1, Math.abs(value));
  const [below, here, above] = [value - h, value, value + h].map((x) => outputWith(index, x));
  const [left, right, middle] = [(here - below) / h, (above - here) / h, (above - below) / (2 * h)];
  const gradient = gradientOf(index);
  const noise = (2e-16 / h) * (Math.abs(here) + Math.abs(gradient * value)) * 8;
  const near = (a, b, relative) =>
    Number.isFinite(a - b) && Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b)) + noise;
  const agrees = near(middle, gradient, 1e-6);
  const words = agrees
    ? element("span", "final", " ✓")
    : Number.isFinite(left - right) && !near(left, right, 1e-3)
      ? ` – ${say("kink", text(left), text(right))}`
      : ` – ${say("differs")}`;
  const box = element("div", "rule check", line("chain", say("check")));
  box.append(
    line("more", say("moved", text(h, 1)), text(middle), say("backpropagated"), text(gradient), words),
  );
  return box;
};

const toStep = (frame) => {
  const button = push("to_step", () => {
    openTab("steps");
    jump(frame);
  });
  button.textContent = say("to_step", frame);
  return button;
};

const ledgerBox = (index) => {
  const links = received_by(index);
  const box = element("div", "rule ledger", line("chain", `${total(index)}: ${say("ledger")}`));
  links.slice(0, MOST_LINES * 2).forEach(({ node, argument, upstream, local: slope, contribution }) => {
    const above = node === root ? "1" : total(node);
    box.append(
      line(
        "more",
        part("upstream", above), " · ", part("local", local(node, index, argument)), " = ",
        part("upstream", text(upstream)), " × ", part("local", guarded(text(slope))), " = ",
        part("contribution", text(contribution)), " ",
        toStep(course.backward.get(node)),
      ),
    );
  });
  const more = links.length - MOST_LINES * 2;
  if (more > 0) box.append(line("more", say("and_more", more)));
  const terms = links.map(({ contribution }, i) => (i ? guarded : String)(text(contribution)));
  box.append(sumLine(product(terms, " + ")));
  return box;
};

tabs.node = {
  content: () => {
    const pick = element("select", "pick");
    nodes.forEach((node, index) => {
      if (!isAsked(node)) return;
      const option = element("option", "", node.name);
      option.value = index;
      pick.append(option);
    });
    pick.value = chosen;
    pick.addEventListener("change", () => {
      chosen = Number(pick.value);
      openTab("node");
      find(".pick").focus();
    });
    const head = element("label", "", `${say("node")} `, pick);
    const own = isLeaf(nodes[chosen])
      ? element("div", "rule", line("chain", `${nodes[chosen].name}: ${say("is_leaf", text(run.values[chosen]))}`))
      : forwardBox(chosen);
    if (chosen === root) return [head, own, note(say("own")), checkBox(chosen)];
    const { count, first } = pathsTo(chosen);
    const cut = first.length < count ? ` – ${say("first_paths", first.length)}` : "";
    const along = element("div", "rule paths", line("chain", `${total(chosen)}: ${say("paths", count)}${cut}`));
    along.append(...first.flatMap(pathLines));
    if (!cut) {
      const sum = first.map((path, i) => (i ? guarded : String)(text(pathProduct(path)))).join(" + ");
      along.append(sumLine(sum));
    }
    return [head, own, ledgerBox(chosen), along, checkBox(chosen)];
  },
};

// ------------------------------------------------------------------------------------------- events

player.on("select", (card, index = nodesOf[card].at(-1)) => {
  if (tab === "quiz" || !isAsked(nodes[index])) return;
  chosen = index;
  openTab(tab === "descent" ? tab : "node");
});
let shownFrame = 0;
player.on("frame", () => {
  const moved = shownFrame !== current;
  shownFrame = current;
  if (tab === "node" && moved) openTab("steps");
  else if (tab !== "quiz") refill();
});
for (const button of document.querySelectorAll("[data-tab]")) {
  keepFocus(button);
  button.addEventListener("click", () => openTab(button.dataset.tab));
}
