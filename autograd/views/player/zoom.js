// How large the drawing is shown and which part of it: fit, zoom, drag, and what a step is about.

const SMALLEST = 1; // the scale at which the drawing's text has 11 px, the least that all can read
const LARGEST = 4;
const DESK = 1280; // px of a window; what is wider is looked at from further away

const fitButton = find("[data-action=fit]");
let scale = 1;

// The room for the drawing, whether scroll bars take some of it or not.
const room = () => ({ width: viewport.offsetWidth - 2, height: viewport.offsetHeight - 2 });

// The scale at which the whole drawing is seen, however small.
const whole = () => Math.min(room().width / size.width, room().height / size.height);

// A size that can be read. What is read from further away is larger, as long as one direction needs
// no scrolling.
const readable = () => {
  const longer = Math.max(room().width / size.width, room().height / size.height);
  return Math.max(SMALLEST, Math.min(innerWidth / DESK, longer));
};

// What the scale follows when the room changes: "auto" is the whole drawing if its text can then be
// read; "free" is what the reader has chosen. The button is pressed while the whole drawing is seen.
const scales = {
  auto: () => (whole() < SMALLEST ? readable() : scales.whole()),
  whole: () => Math.min(LARGEST, whole()),
  readable,
  free: () => scale,
};
let mode = "auto";

const resize = () => {
  scale = scales[mode]();
  svg.style.width = `${Math.floor(size.width * scale)}px`;
  svg.style.height = `${Math.floor(size.height * scale)}px`;
  press(fitButton, mode !== "free" && scale === scales.whole());
};

const fit = (chosen) => {
  mode = chosen;
  resize();
  follow();
};

// Larger or smaller by a factor; what is at a place in the window stays there.
const zoom = (factor, x, y) => {
  const least = Math.min(SMALLEST, whole());
  const chosen = Math.max(least, Math.min(LARGEST, scale * factor));
  const frame = viewport.getBoundingClientRect();
  const [atX, atY] = [x ?? frame.x + frame.width / 2, y ?? frame.y + frame.height / 2];
  const before = svg.getBoundingClientRect();
  mode = "free";
  scale = chosen;
  resize();
  const after = svg.getBoundingClientRect();
  const moved = (from, to, extent, at) => to[from] + ((at - before[from]) / before[extent]) * to[extent] - at;
  viewport.scrollBy({
    left: moved("x", after, "width", atX),
    top: moved("y", after, "height", atY),
    behavior: "instant",
  });
};

// When steps come fast, a movement would not end before the next begins.
const calm = matchMedia("(prefers-reduced-motion: no-preference)");
const FAST = 600; // ms from one step to the next
let scrolled = 0;
const behavior = () => {
  const since = performance.now() - scrolled;
  scrolled += since;
  return calm.matches && since > FAST ? "smooth" : "instant";
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
  const [left, top] = [span("left", "right"), span("top", "bottom")];
  viewport.scrollBy({ left, top, behavior: behavior() });
};
const follow = () => scrollTo(current ? ".card.current, .card.receiving" : ".card");

// While a page loads, or in a part that is folded away, the drawing has no room; what is decided
// waits until it has some.
let seen = false;
new ResizeObserver(() => {
  if (room().width <= 0 || room().height <= 0) return;
  resize();
  if (!seen) follow();
  seen = true;
}).observe(viewport);

viewport.addEventListener(
  "wheel",
  (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(Math.exp(-Math.max(-100, Math.min(100, event.deltaY)) / 400), event.clientX, event.clientY);
  },
  { passive: false },
);

// Two fingers: their distance says the scale, their middle moves the drawing. One finger scrolls.
const fingers = ({ touches: [one, other] }) => ({
  apart: Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY),
  x: (one.clientX + other.clientX) / 2,
  y: (one.clientY + other.clientY) / 2,
});
let held = null;
viewport.addEventListener("touchstart", (event) => {
  held = event.touches.length === 2 ? fingers(event) : null;
});
viewport.addEventListener(
  "touchmove",
  (event) => {
    if (held === null || event.touches.length !== 2) return;
    if (event.cancelable) event.preventDefault();
    const now = fingers(event);
    viewport.scrollBy({ left: held.x - now.x, top: held.y - now.y, behavior: "instant" });
    zoom(now.apart / held.apart, now.x, now.y);
    held = now;
  },
  { passive: false },
);

// A mouse drags the drawing; what moves less than this is a click.
const DRAG = 4; // px
let grip = null;
let dragged = false;
viewport.addEventListener("pointerdown", (event) => {
  dragged = false;
  if (event.pointerType !== "touch" && event.button === 0 && svg.contains(event.target)) {
    grip = { x: event.clientX, y: event.clientY };
  }
});
window.addEventListener("pointermove", (event) => {
  if (grip === null) return;
  const [left, top] = [grip.x - event.clientX, grip.y - event.clientY];
  if (!dragged && Math.hypot(left, top) < DRAG) return;
  dragged = true;
  viewport.classList.add("dragged");
  viewport.scrollBy({ left, top, behavior: "instant" });
  grip = { x: event.clientX, y: event.clientY };
});
window.addEventListener("pointerup", () => {
  grip = null;
  viewport.classList.remove("dragged");
});
keepFocus(svg); // and no text is selected
