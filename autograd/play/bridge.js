// Joins the player to the page around it, in whose frame it is: tells that page which step is shown
// and how the reader has set the player up, and takes both from it, as each answer is a new player.
// Values are changed in the page around, so the player's own form for them is not shown.

const setUp = () => ({
  digits,
  speed: speed.value,
  whole: isPressed(wholeButton),
  zoom: { mode, scale, left: viewport.scrollLeft, top: viewport.scrollTop },
  rate,
  tab,
  node: nodes[chosen].name,
});
let joined = false; // and set up as that page has asked
const report = () => {
  if (joined) window.parent.postMessage({ step: current, setUp: setUp() }, "*");
};

const changeTo = (control, value) => {
  if (control.value === String(value)) return;
  control.value = value;
  for (const type of ["input", "change"]) control.dispatchEvent(new Event(type));
};

const setLike = (given, step) => {
  if (given.language && given.language !== language) actions.language();
  if (given.digits) changeTo(precision, given.digits);
  if (given.speed) changeTo(speed, given.speed);
  if (given.rate) rate = given.rate;
  if (!wholeButton.hidden && given.whole === !isPressed(wholeButton)) actions.whole();
  jump(step);
  if (given.zoom) {
    if (given.zoom.mode === "free") scale = given.zoom.scale;
    fit(given.zoom.mode);
    viewport.scrollTo({ left: given.zoom.left, top: given.zoom.top, behavior: "instant" });
    follow();
  }
  const same = nodes.findIndex(({ name }) => name === given.node);
  if (given.tab === "node" && same >= 0) {
    chosen = same;
    openTab("node");
  } else if (given.tab === "descent") {
    openTab("descent"); // which goes to the end
    jump(step);
  }
};

window.addEventListener("message", ({ source, data: message }) => {
  if (source !== window.parent || !Number.isInteger(message?.goto)) return;
  setLike(message.setUp, message.goto);
  joined = true;
  report();
});
find("[data-action=language]").addEventListener("click", () =>
  window.parent.postMessage({ spoken: language }, "*"),
);
player.on("frame", report);
speed.addEventListener("change", report);
viewport.addEventListener("scroll", report);
new ResizeObserver(report).observe(svg);
for (const button of document.querySelectorAll("[data-tab]")) button.addEventListener("click", report);
player.on("select", report);
find(".lesson").addEventListener("input", report);
find(".editor").hidden = true;
find(".editor").style.display = "none";
window.parent.postMessage({ ready: true }, "*");
