// What the reader does: going from step to step, changing a value, keys, clicks; and the start.

const wholeButton = find("[data-action=whole]");
let timer = null;

const slider = find(".slider");
const playButton = find("[data-action=play]");
const speed = find(".speed");
const PACE = 1200; // ms for a step
const STEP = 1.25; // by which a button zooms

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
  follow();
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
  marked = 0;
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
  }, PACE / Number(speed.value));
};
const actions = {
  first: () => jump(0),
  back: () => jump(current - 1),
  play: () => (timer === null ? play() : pause()),
  step: () => jump(current + 1),
  last: () => jump(course.last),
  fit: () => fit(isPressed(fitButton) ? "readable" : "whole"),
  again: () => fit("auto"),
  larger: () => zoom(STEP),
  smaller: () => zoom(1 / STEP),
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

// What the player offers to all that is built on it.
const player = {
  data,
  values: () => run.values,
  gradients: () => gradientsAt(current), // so far; 0 where none has arrived
  frames: () => course.frames,
  position: () => current,
  show: (frame) => jump(frame),
  on: (event, listener) => listeners[event].push(listener), // events: see compute.js
  setValue: (leaf, number) => recompute(withValue(leaf, number)),
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
  if (card && !dragged) player.select(Number(card.dataset.card));
});
speed.addEventListener("change", () => {
  if (timer === null) return;
  clearInterval(timer);
  play();
});

// A step by its number, a node by its name or the first that contains what was typed.
const search = find(".search");
const searched = (content) => {
  const number = Number(content);
  if (/^\d+$/.test(content) && number <= course.last) return jump(number);
  const wanted = content.toLowerCase();
  const called = nodes.map(({ name, place }) => [name.toLowerCase(), place.toLowerCase()]);
  const exactly = called.findIndex((each) => each.includes(wanted));
  const roughly = called.findIndex((each) => each.some((name) => name.includes(wanted)));
  const node = exactly < 0 ? roughly : exactly;
  if (node < 0) return complaint.replaceChildren(say("not_found", content));
  visit(node);
  scrollTo(`[data-card="${nodes[node].card}"]`);
  return tell("select", nodes[node].card, node);
};
search.addEventListener("change", () => {
  complain("");
  if (search.value.trim()) searched(search.value.trim());
});

// One card at a time can be reached by Tab; from it the arrows lead to a parent, a consumer, or to
// the next card above or below.
const reach = (position) => {
  for (const card of cards) card.setAttribute("tabindex", "-1");
  cards[position].setAttribute("tabindex", "0");
};
const neighbour = (position, key) => {
  const inside = nodesOf[position];
  const others = (found) => found.map((node) => nodes[node].card).find((card) => card !== position);
  if (key === "ArrowLeft") return others(inside.flatMap((node) => nodes[node].parents));
  if (key === "ArrowRight") {
    const reads = ({ parents }) => parents.some((parent) => nodes[parent].card === position);
    return others([...nodes.keys()].filter((node) => reads(nodes[node])));
  }
  const centres = cards.map((card) => {
    const box = card.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  });
  const way = key === "ArrowUp" ? -1 : 1;
  const [x, y] = centres[position];
  const distance = ([otherX, otherY]) => way * (otherY - y) + 4 * Math.abs(otherX - x);
  return [...cards.keys()]
    .filter((card) => way * (centres[card][1] - y) > 1)
    .sort((one, other) => distance(centres[one]) - distance(centres[other]))[0];
};
const onCard = (event) => {
  const position = Number(event.target.dataset.card);
  if (event.key === "Enter" || event.key === " ") return player.select(position);
  const next = event.key.startsWith("Arrow") ? neighbour(position, event.key) : undefined;
  if (next === undefined) return undefined;
  reach(next);
  cards[next].focus({ preventScroll: true });
  return scrollTo(`[data-card="${next}"]`);
};
const CARD_KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Enter", " "];
for (const card of cards) card.setAttribute("role", "button");
svg.setAttribute("role", "group");
reach(0);

const keys = {
  ArrowLeft: "back",
  ArrowRight: "step",
  Home: "first",
  End: "last",
  " ": "play",
  "+": "larger",
  "=": "larger",
  "-": "smaller",
  0: "again",
  PageDown: "page_down",
  PageUp: "page_up",
};
const turn = (way) => find(".rules").scrollBy(0, 0.9 * way * find(".rules").clientHeight);
actions.page_down = () => turn(1);
actions.page_up = () => turn(-1);
document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (target.matches("select, textarea, summary, input:not([type=range])")) return;
  if (target.matches(".card") && CARD_KEYS.includes(key)) {
    event.preventDefault();
    onCard(event);
    return;
  }
  if (!(key in keys) || (key === " " && target.matches("button:focus-visible"))) return;
  if (key.startsWith("Page") && target.matches(".slider, .order *")) return;
  event.preventDefault();
  actions[keys[key]]();
});
window.addEventListener("pointerdown", () => window.focus());

speak();
const folded = data.shown.length < nodes.length;
wholeButton.hidden = !folded;
press(wholeButton, folded);
choose(0);
take(divided(folded));
go(0);
