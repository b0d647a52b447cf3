// What the reader does: going from step to step, changing a value, keys, clicks; and the start.

const wholeButton = find("[data-action=whole]");
let timer = null;

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
  slider.setAttribute("aria-valuetext", say("of", current, course.last));
  find(".counter").textContent = `${current} / ${course.last}`;
  find(".status").textContent = spoken(frame, steps);
  tell("frame");
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
  playButton.querySelector(".word").textContent = say("play");
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
  playButton.querySelector(".word").textContent = say("pause");
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
  return say(Number.isNaN(run.values[bad]) ? "no_real_value" : "infinite", nodes[bad].name);
};
const recompute = (leaves) => {
  const same = leaves.every((value, index) => Object.is(value, recorded.values[index]));
  run = same ? recorded : compute(leaves);
  find(".editor .note").textContent = problem();
  show();
  tell("values");
};

// What the player offers to all that is built on it.
const player = {
  data,
  values: () => run.values,
  gradients: () => gradientsAt(current), // so far; 0 where none has arrived
  frames: () => course.frames,
  position: () => current,
  show: (frame) => jump(frame),
  on: (event, listener) => listeners[event].push(listener), // events: see compute.js
  setValue: (leaf, number) => recompute(run.values.slice(0, leafCount).with(leaf, number)),
  setValues: (leaves) => recompute(leaves), // all leaves at once, in the order of data.nodes
  speakIn: (chosen) => {
    language = chosen;
    speak();
    take(course);
    show();
  },
  select: (card) => {
    visit(nodesOf[card].at(-1));
    tell("select", card);
  },
};

for (const button of document.querySelectorAll("[data-action]")) {
  keepFocus(button);
  button.addEventListener("click", () => actions[button.dataset.action]());
}
slider.addEventListener("input", () => jump(Number(slider.value)));
svg.addEventListener("click", (event) => {
  const card = event.target.closest(".card");
  if (card) player.select(Number(card.dataset.card));
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

speak();
const folded = data.shown.length < nodes.length;
wholeButton.hidden = !folded;
press(wholeButton, folded);
choose(0);
press(fitButton, fitted() >= READABLE);
resize();
take(divided(folded));
go(0);
