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
    .replace("inf", "\\infty")
    .replace("nan", "\\mathrm{nan}");
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
  if (phase === "backward") {
    const steps = run.steps.slice(start, end).filter(({ parent }) => !nodes[parent].constant);
    return steps.map(latexStep).join(" \\\\\n");
  }
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
const download = (name, address) => {
  const link = element("a", "");
  link.href = address;
  link.download = name;
  link.click();
  report(say("stored", name));
};
const store = (name, kind, content) => {
  if (framed) return copy(content);
  const address = URL.createObjectURL(new Blob([content], { type: kind }));
  download(name, address);
  return setTimeout(() => URL.revokeObjectURL(address), 1000);
};

// As pixels, two for each of the drawing's, or as many as a canvas can have.
const CANVAS = 16000; // px a side
const savePixels = () => {
  const picture = new Image();
  picture.addEventListener("load", () => {
    const factor = Math.min(2, CANVAS / Math.max(size.width, size.height));
    const canvas = element("canvas", "");
    Object.assign(canvas, { width: size.width * factor, height: size.height * factor });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const source = canvas.toDataURL("image/png");
    if (!framed) return download(`step_${current}.png`, source);
    picture.src = source;
    picture.className = "pixels";
    find(".pixels")?.remove();
    find(".copied").before(picture);
    return report(say("save_image"));
  }, { once: true });
  picture.src = `data:image/svg+xml,${encodeURIComponent(stepPicture())}`;
};

// As TikZ, with what is seen: for lualatex or xelatex, whose fonts have all the signs.
const inTikz = {
  rect: (each) => {
    const [x, y, w, h, r] = ["x", "y", "width", "height", "rx"].map((name) => Number(each.getAttribute(name) ?? 0));
    return `[rounded corners=${0.75 * r}pt] (${x},${y}) rectangle (${x + w},${y + h})`;
  },
  path: (each) =>
    each.getAttribute("d").replace(/([MLCz])([^MLCz]*)/g, (_, command, numbers) => {
      const [one, two, end] = numbers.trim().split(" ").map((each) => `(${each})`);
      return { M: one, L: ` -- ${one}`, C: ` .. controls ${one} and ${two} .. ${end}`, z: " -- cycle" }[command];
    }),
};
const tikzColour = (css) => {
  const [red, green, blue] = css.match(/[\d.]+/g);
  return `{rgb,255:red,${red};green,${green};blue,${blue}}`;
};
const tikzText = (content) =>
  content.replace(/[\\{}#$%&_^~ -]/g, (sign) => (sign === "-" ? "{-}" : `\\char${sign.charCodeAt(0)}{}`));
const tikzLine = (each) => {
  const get = (name) => each.getAttribute(name);
  const { e = 0, f = 0 } = each.closest("g[transform]")?.transform.baseVal.consolidate().matrix ?? {};
  const shift = `shift={(${e},${f})}`;
  if (each.localName === "text") {
    const anchor = { end: "base east", middle: "base" }[get("text-anchor")] ?? "base west";
    const bold = Number(get("font-weight")) > 500 ? "\\bfseries " : "";
    return `\\node[${shift}, anchor=${anchor}, text=${tikzColour(get("fill"))}] at (${get("x")},${get("y")}) {${bold}${tikzText(each.textContent)}};`;
  }
  const looks = [["fill", "fill"], ["stroke", "draw"]]
    .filter(([name]) => get(name) !== "none")
    .map(([name, word]) => `${word}=${tikzColour(get(name))}`);
  const dashes = get("stroke-dasharray").match(/[\d.]+/g)?.map((length) => 0.75 * length);
  if (dashes) looks.push(`dash pattern=on ${dashes[0]}pt off ${dashes[1]}pt`);
  const width = 0.75 * parseFloat(get("stroke-width"));
  const options = [shift, `line width=${width}pt`, ...looks].join(", ");
  return `\\path[${options}] ${inTikz[each.localName](each)};`;
};
const stepTikz = () => {
  const drawn = new DOMParser().parseFromString(stepPicture(), "image/svg+xml");
  drawn.querySelector(".paper").setAttribute("width", size.width);
  drawn.querySelector(".paper").setAttribute("height", size.height);
  const seen = [...drawn.querySelectorAll("rect, path, text")].filter((each) => !each.hasAttribute("visibility"));
  return [
    "% for lualatex or xelatex",
    "\\documentclass[tikz]{standalone}",
    "\\usepackage{fontspec}",
    "\\setmonofont{DejaVu Sans Mono}[Scale=0.85]",
    "\\begin{document}",
    "\\begin{tikzpicture}[x=0.75pt, y=-0.75pt, inner sep=0pt, font=\\ttfamily\\fontsize{8pt}{8pt}\\selectfont]",
    ...seen.map(tikzLine),
    "\\end{tikzpicture}",
    "\\end{document}",
  ].join("\n");
};

Object.assign(actions, {
  image: savePixels,
  copy_tikz: () => copy(stepTikz()),
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
    const { width, height } = card.querySelector("rect"); // also where the card is not shown
    return [e, e + width.baseVal.value, f, f + height.baseVal.value];
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
