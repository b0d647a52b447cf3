// What people read in the page, in each language. A text that holds numbers or names is a function
// of them, so that each language can put them where its grammar wants them. In the page's HTML,
// data-say names an element's text, data-hint its tooltip, data-label its name for screen readers.

const english = {
  counted: (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`,
};

const texts = {
  en: {
    // the controls
    steps: "Steps",
    first: "First step",
    first_hint: "first (Home)",
    back: "back",
    back_hint: "one step back (←)",
    play: "play",
    pause: "pause",
    play_hint: "play or pause (Space)",
    step: "step",
    step_hint: "one step on (→)",
    last: "Last step",
    last_hint: "last (End)",
    slider: "Step",
    by_module: "by card",
    by_module_hint: "a step for each module, or for each node",
    fit: "fit",
    fit_hint: "the whole graph, or a size that can be read (0: whichever suits)",
    larger: "Larger",
    larger_hint: "larger (+, or Ctrl and the wheel)",
    smaller: "Smaller",
    smaller_hint: "smaller (−, or Ctrl and the wheel)",
    speed: "Speed",
    go_to: "go to",
    go_to_hint: "the name of a node, or the number of a step",
    not_found: (name) => `no node is called “${name}”, and no step has this number`,
    ways: "copy, save, print",
    copy_text: "copy this step as text",
    copy_latex: "copy this step as LaTeX",
    picture: "this step's picture as SVG",
    image: "as PNG",
    copy_tikz: "copy as TikZ",
    save_image: "a click with the right button saves it",
    print: "print this step",
    handout: "print all steps",
    copied: "copied",
    copied_text: "What was copied",
    copy_by_hand: "press Ctrl+C to copy",
    stored: (name) => `saved as ${name}`,
    graph: "Graph",
    graph_of: (name) => `Computation graph of ${name}`,
    graph_has: (cards, links) => `${cards} cards and ${english.counted(links, "link")} between them`,
    links: (count) => `${count} links`,
    holds: (counts) => `module with ${counts.map((each) => each.join(" ")).join(", ")}`,
    if: "if",
    else: "else",
    current_step: "The current step",
    equations: "Its equations",
    order: "Order of the steps",
    editor: "Change a value",
    value_of: "value of",
    value: "Value",
    reset: "reset",
    digits: "digits",
    legend: "Legend",
    input: "input",
    parameter: "parameter",
    constant: "constant",
    operation: "operation",
    output: "output",
    module: "module",
    current_node: "current node",
    flowing: "gradient flowing",
    gradient_final: "gradient final",

    // the current step
    title: (name) => `Backpropagation through ${name}`,
    position: (current, last) => `Step ${current} of ${last}`,
    of: (current, last) => `${current} of ${last}`,
    before: "Before the first step",
    forward: "forward pass",
    backward: "backward pass",
    leaves_known: "The leaves have their values.",
    step_on: (output) =>
      "Step on: first every value is computed from its parents, forwards; then the gradient " +
      `of ${output} flows back, and every node passes upstream · local on to each of its parents.`,
    from_parents: "its value, from its parents",
    seed: data.start,
    others_zero: "All other gradients are 0 so far. Step on, and it flows back.",
    notation:
      "|₁ means local: through the 1st argument alone, all else held fixed. " +
      "A ∂ without it is total: along all ways.",
    upstream: (equation) => `upstream ${equation}`,
    local: "local",
    to_constant: (name) => `to the constant ${name}: `,
    unused: ", unused",
    grad_of: (name) => `grad of ${name}: `,
    final: "final",
    line_start: "start",
    line_seed: "seed: 1",
    gradient_of: (name, number) => `gradient of ${name}: ${number}`,

    // a whole module
    and_more: (count) => `… and ${count} more`,
    computed: (count) => `${english.counted(count, "node")} computed from their parents`,
    handed_on: (count) => `handed on: ${english.counted(count, "value")}`,
    grad_so_far: (name) => `grad of ${name} so far: `,
    upstreams: (count) => `upstream: ${english.counted(count, "gradient")}`,
    passed_on: (count) => `passed on: ${english.counted(count, "gradient")}`,
    passed_to: (name, count) => `passed on to ${name}: ${english.counted(count, "gradient")}`,
    passed_to_own: (count) => `passed on to its own leaves: ${english.counted(count, "gradient")}`,
    applications: (count) => `${english.counted(count, "application")} of the chain rule`,

    // a changed value
    no_number: (typed) => `“${typed}” is no number; the old value stays`,
    comma: (typed, meant) => `“${typed}”: write ${meant}, with a point; the old value stays`,
    too_large: (typed) => `${typed} is above 1.8e308, the largest number; the old value stays`,
    digits_range: (most) => `digits: a whole number from 1 to ${most}`,
    no_real_value: (name) => `${name} has no real value here`,
    infinite: (name) => `${name} is infinite here`,
  },
};

let language = "en";

const say = (key, ...content) => {
  const found = texts[language][key] ?? texts.en[key];
  return typeof found === "function" ? found(...content) : found;
};

// Puts the texts of the language into the page's own elements.
const speak = () => {
  document.documentElement.lang = language;
  const title = say("title", data.title);
  document.title = title;
  document.querySelector("main").setAttribute("aria-label", title);
  for (const each of document.querySelectorAll("[data-say]")) each.textContent = say(each.dataset.say);
  for (const each of document.querySelectorAll("[data-hint]")) each.title = say(each.dataset.hint);
  for (const each of document.querySelectorAll("[data-label]")) {
    each.setAttribute("aria-label", say(each.dataset.label));
  }
  for (const each of document.querySelectorAll(".viewport [data-key]")) {
    each.previousElementSibling.textContent = data.keys[language][each.dataset.key];
  }
  for (const each of document.querySelectorAll(".viewport [data-count] > title")) {
    each.textContent = say("links", each.parentElement.dataset.count);
  }
  find(".viewport title").textContent = say("graph_of", data.title);
  find(".viewport desc").textContent = say("graph_has", cards.length, links.length);
};
