// Ways out of the page: the current step as text, LaTeX and a picture; all steps on paper.

const report = (content) => {
  find(".copied").textContent = content;
};

// The older way to copy works in a notebook's sandboxed frame too.
const copy = (content) => {
  const place = find(".copy");
  place.hidden = false;
  place.value = content;
  place.select();
  report(say(document.execCommand("copy") ? "copied" : "copy_by_hand"));
};

const stepText = () =>
  [find(".title"), find(".upstream"), ...document.querySelectorAll(".rules p")]
    .map((each) => each.textContent)
    .join("\n");

// As LaTeX: the same formulas, with Python's spelling of them.
const latexNumber = (x) =>
  text(x)
    .replace("−", "-")
    .replace(/e([+-])0*(\d+)/, (_, sign, power) => ` \\cdot 10^{${sign === "-" ? "-" : ""}${power}}`)
    .replace("inf", "\\infty");
const latexGuarded = (x) => (x < 0 || Object.is(x, -0) ? `\\left(${latexNumber(x)}\\right)` : latexNumber(x));
const latexName = (node) => nodes[node].latex ?? nodes[node].name;
const latexFraction = (of, by) => `\\frac{\\partial ${latexName(of)}}{\\partial ${latexName(by)}}`;
const latexBracketed = (content) => `\\left(${content}\\right)`;
const latexForms = (formula, node) => {
  const name = (index) => [latexName(index), nodes[index].binding];
  const number = (index) => [latexNumber(run.values[index]), binding(text(run.values[index]))];
  return [name, number].map((write) => filled(formula, node, write, latexBracketed));
};
const latexForward = (node) => {
  const forms = latexForms(formulas[nodes[node].rule].latex.forward, node);
  return chained(latexName(node), ...forms, latexNumber(run.values[node])).join(" = ");
};
const latexStep = ({ node, parent, argument, upstream, local: factor, contribution }) => {
  const rule = formulas[nodes[node].rule].latex.local[argument];
  const slope = `\\left.${latexFraction(node, parent)}\\right|_{${argument + 1}}`;
  const forms = latexForms(rule, node);
  const above = node === root ? "1" : latexFraction(root, node);
  return [
    `${latexFraction(root, parent)} \\mathrel{+}= ${above} \\cdot ${slope}`,
    `${chained(slope, ...forms, latexNumber(factor)).join(" = ")}`,
    `${latexNumber(upstream)} \\cdot ${latexGuarded(factor)} = ${latexNumber(contribution)}`,
  ].join(", \\quad ");
};
const stepLatex = () => {
  const { phase, nodes: worked, start, end } = course.frames[current];
  if (phase === "forward") return worked.map(latexForward).join(" \\\\\n");
  if (phase === "backward") return run.steps.slice(start, end).map(latexStep).join(" \\\\\n");
  return phase === "seed" ? `${latexFraction(root, root)} = 1` : "";
};

// The drawing with the looks that the page's style sheet gives it, which programs without one need.
const LOOKS = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-weight", "font-style"];
const stepPicture = () => {
  const copied = svg.cloneNode(true);
  const originals = [svg, ...svg.querySelectorAll("*")];
  [copied, ...copied.querySelectorAll("*")].forEach((each, i) => {
    each.removeAttribute("tabindex");
    each.removeAttribute("style");
    const style = getComputedStyle(originals[i]);
    if (style.visibility === "hidden") return each.setAttribute("visibility", "hidden");
    if (!["rect", "path", "text"].includes(each.localName)) return undefined;
    for (const look of LOOKS) each.setAttribute(look, style.getPropertyValue(look));
    if (each.localName === "text") each.setAttribute("text-anchor", style.textAnchor);
    return undefined;
  });
  return new XMLSerializer().serializeToString(copied);
};
const framed = window.parent !== window; // a notebook's frame may neither print nor store
const store = (name, kind, content) => {
  if (framed) return copy(content);
  const link = element("a", "");
  link.href = URL.createObjectURL(new Blob([content], { type: kind }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  return report(say("stored", name));
};

Object.assign(actions, {
  copy_text: () => copy(stepText()),
  copy_latex: () => copy(stepLatex()),
  picture: () => store(`step_${current}.svg`, "image/svg+xml", stepPicture()),
  print: () => window.print(),
  handout: () => {
    document.body.classList.add("handout");
    window.print();
    document.body.classList.remove("handout");
  },
});
for (const button of document.querySelectorAll("[data-action=print], [data-action=handout]")) {
  button.hidden = framed;
}

// On paper the drawing stands in rows that are about as wide as the sheet, cut between two columns
// of cards, so that its text can be read.
const SHEET = 1150; // px
const GAP = 12; // px before a card
const cutsOf = (spans) => {
  const cuts = [0];
  while (size.width - cuts.at(-1) > SHEET) {
    const [from, most] = [cuts.at(-1), cuts.at(-1) + SHEET];
    const free = spans
      .map(([left]) => left - GAP)
      .filter((cut) => cut > from && cut <= most)
      .filter((cut) => spans.every(([left, right]) => right <= cut || left >= cut));
    cuts.push(free.length > 0 ? Math.max(...free) : most);
  }
  return [...cuts, size.width];
};
const stripOf = (from, to, boxes) => {
  const inside = boxes.filter(([left, right]) => right > from && left < to);
  const top = Math.max(0, Math.min(...inside.map(([, , each]) => each)) - GAP);
  const bottom = Math.min(size.height, Math.max(...inside.map(([, , , each]) => each)) + GAP);
  const strip = svg.cloneNode(true);
  strip.setAttribute("viewBox", [from, top, to - from, bottom - top].join(" "));
  strip.setAttribute("width", to - from);
  strip.setAttribute("height", bottom - top);
  strip.removeAttribute("style");
  return element("div", "viewport", strip);
};
const sheet = find(".sheet");
const onPaper = () => {
  const spread = ({ x, y, width, height }) => [x, x + width, y, y + height];
  const ofCards = cards.map((card) => {
    const { e, f } = card.transform.baseVal.consolidate().matrix;
    const [left, right, top, bottom] = spread(card.getBBox());
    return [left + e, right + e, top + f, bottom + f];
  });
  const boxes = [...ofCards, ...links.map((link) => spread(link.getBBox()))];
  const cuts = cutsOf(ofCards);
  const strips = cuts.slice(1).map((to, i) => stripOf(cuts[i], to, boxes));
  sheet.replaceChildren(...strips);
  if (document.body.classList.contains("handout")) sheet.append(handout());
};

// One row for each step.
const handout = () => {
  const table = element("table", "steps");
  const shown = current;
  course.frames.forEach((frame, position) => {
    current = position;
    const steps = run.steps.slice(frame.start, frame.end);
    const [upstream, boxes] = panel[frame.phase](frame, gradientsAt(position), steps);
    const lines = boxes.filter((box) => !box.classList.contains("note"));
    const cells = [[`${position}.`], [titleOf(frame)], [upstream], lines];
    table.append(element("tr", "", ...cells.map((content) => element("td", "", ...content))));
  });
  current = shown;
  return table;
};
window.addEventListener("beforeprint", onPaper);
window.addEventListener("afterprint", () => sheet.replaceChildren());
