// The page around the player. It asks its host (host.js) what a formula is, shows the answer, and
// keeps formula, values and step in its address. It reads no formula and computes no number itself.
import { ask, starting } from "./host.js";
import { isLanguage, ofBrowser, say, speakIn } from "./texts.js";

const find = (selector) => document.querySelector(selector);
const formula = find(".formula");
const errorBox = find(".error");
const grid = find(".values");
const result = find(".result");
const frames = find(".frames");
const examples = find(".examples");

const element = (tag, className, ...content) => {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...content);
  return made;
};

// ------------------------------------------------------------------------------------- the state

const values = new Map(); // what was typed for each name, those that the formula has lost too
let names = null; // the free names of the formula, once it could be taken apart
let place; // the step in this formula: another formula, another link have another place
let setUp = {}; // how the player is set up, in its own words (bridge.js)
let language = ofBrowser();
let languageChosen = false; // or it is the browser's, and not in the address

// --------------------------------------------------------------------------------------- the link

// As fragment() in page.py writes it: readable, and names that the page needs itself with a dot.
const readable = (text) =>
  encodeURIComponent(text).replace(/%(2B|2C|2F|3B|3D|3A)/g, decodeURIComponent);
const reserved = ["formula", "step", "lang"];

const written = () => {
  const pairs = [["formula", formula.value]];
  for (const name of names ?? values.keys()) {
    pairs.push([reserved.includes(name) ? `.${name}` : name, values.get(name)]);
  }
  if (place.step > 0) pairs.push(["step", String(place.step)]);
  if (languageChosen) pairs.push(["lang", language]);
  return pairs.map((pair) => pair.map(readable).join("=")).join("&");
};
const remember = () => history.replaceState(null, "", `#${written()}`);

const decoded = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone %, as in an address that was typed
  }
};

const open = (fragment) => {
  formula.value = "";
  place = { step: 0 };
  values.clear();
  for (const pair of fragment.split("&")) {
    const [, key, value] = /^([^=]*)=?(.*)$/s.exec(pair).map(decoded);
    if (key === "formula") formula.value = value;
    else if (key === "step") place.step = Math.max(0, Math.trunc(Number(value)) || 0);
    else if (key === "lang") {
      if (isLanguage(value)) speak(value);
    } else if (key) values.set(key.replace(/^\./, ""), value);
  }
  fields.clear();
  names = null;
  fit();
  want(0);
};

// ------------------------------------------------------------------------------------- the values

// A slider from -limit to limit: at least twice the value, and a round number.
const limitFor = (value) => {
  const size = Math.max(1, Math.abs(value));
  const power = 10 ** Math.floor(Math.log10(size));
  return [2, 5, 10, 20].map((round) => round * power).find((limit) => limit >= 2 * size);
};

const fields = new Map();

const makeField = (name) => {
  const id = `value-${name}`;
  const label = element("label", "name", name);
  const input = element("input", "number");
  const slider = element("input", "slider");
  const gradient = element("output", "gradient");
  const message = element("p", "message");
  const whole = element("div", "value", label, input, slider, gradient, message);
  label.htmlFor = id;
  message.id = `${id}-message`;
  Object.assign(input, { id, type: "text", inputMode: "decimal", autocomplete: "off" });
  input.spellcheck = false;
  input.setAttribute("aria-describedby", message.id);
  Object.assign(slider, { type: "range" });
  slider.setAttribute("aria-label", say("slider", name));
  const field = { whole, input, slider, gradient, message };

  input.addEventListener("input", () => {
    values.set(name, input.value);
    placeSlider(field);
    want(TYPING);
  });
  slider.addEventListener("input", () => {
    values.set(name, slider.value);
    input.value = slider.value;
    want(SLIDING);
  });
  return field;
};

const placeSlider = ({ input, slider }) => {
  const value = Number(input.value);
  const usable = input.value.trim() !== "" && Number.isFinite(value) && Math.abs(value) < 1e300;
  slider.disabled = !usable;
  if (!usable) return;
  const limit = limitFor(value);
  Object.assign(slider, { min: -limit, max: limit, step: limit / 200 });
  slider.value = value;
};

const showFields = (newNames) => {
  const same = newNames.length === names?.length && newNames.every((name, i) => name === names[i]);
  names = newNames;
  for (const name of names) {
    if (fields.has(name)) continue;
    const field = makeField(name);
    field.input.value = values.get(name);
    placeSlider(field);
    fields.set(name, field);
  }
  if (!same) grid.replaceChildren(...names.map((name) => fields.get(name).whole));
};

// ------------------------------------------------------------------------------------- the answer

const showError = (error) => {
  const atFormula = Boolean(error) && !("name" in error);
  formula.setAttribute("aria-invalid", String(atFormula));
  frames.classList.toggle("stale", Boolean(error));
  for (const [name, { input, message }] of fields) {
    const own = error?.name === name;
    input.setAttribute("aria-invalid", String(own));
    message.textContent = own ? error.reason : "";
  }
  errorBox.replaceChildren();
  if (!atFormula) return;
  errorBox.append(element("p", "", error.reason));
  if (!("column" in error)) return;
  const [first = " ", ...rest] = error.after;
  const caret = element("span", "caret", "^");
  caret.setAttribute("aria-hidden", "true");
  const at = element("span", "at", first, caret);
  errorBox.firstChild.append(say("at", error.column + 1));
  errorBox.append(element("pre", "excerpt", error.before, at, rest.join("")));
};

const showNumbers = ({ output, value, gradients }) => {
  const [short, exact] = value;
  result.textContent = `${output} = ${short}`;
  result.title = exact;
  for (const name of names) {
    const [gradient, exactly] = gradients[name];
    const place = fields.get(name).gradient;
    place.textContent = `∂${output}/∂${name} = ${gradient}`;
    place.title = exactly;
  }
};

const show = async (told) => {
  for (const [name, text] of Object.entries(told.values)) {
    if (!values.has(name)) values.set(name, text); // what was typed meanwhile stays
  }
  if (told.names) showFields(told.names);
  else if (names === null) grid.replaceChildren(); // another formula's
  showError(told.error);
  remember();
  if (told.error) return;
  showNumbers(told);
  await showPlayer(told.page);
};

// ------------------------------------------------------------------------------------- the player

const PATIENCE = 10_000; // milliseconds for a player to come up

// A player is a frame and the place that its steps lead to. A new one is made ready behind the one
// that is seen, and then takes over. What a player says of a formula that is gone leads nowhere.
let shown = null;
let coming = null;

const showPlayer = async (page) => {
  const frame = document.createElement("iframe");
  frame.title = say("player");
  frame.setAttribute("sandbox", "allow-scripts allow-downloads allow-modals");
  frame.allow = "clipboard-write";
  frame.src = "frame.html";
  const made = { frame, place };
  const arrived = await new Promise((resolve) => {
    coming = { ...made, arrived: () => resolve(true) };
    frame.addEventListener("load", () => frame.contentWindow.postMessage({ page }, "*"), {
      once: true,
    });
    frames.append(frame);
    setTimeout(() => resolve(false), PATIENCE);
  });
  coming = null;
  if (!arrived) {
    frame.remove();
    throw new Error(say("no_player"));
  }
  shown?.frame.remove();
  shown = made;
  frame.classList.add("shown");
};

window.addEventListener("message", ({ source, data }) => {
  const isComing = source === coming?.frame.contentWindow;
  if (!isComing && source !== shown?.frame.contentWindow) return;
  const player = isComing ? coming : shown;
  if (data?.ready) setPlayer(player);
  if (isLanguage(data?.spoken)) {
    speak(data.spoken);
    remember();
  }
  if (!Number.isInteger(data?.step)) return;
  if (isComing) coming.arrived();
  else if (coming) return; // it is about to be replaced
  player.place.step = data.step;
  setUp = data.setUp;
  remember();
});

const setPlayer = (player) =>
  player?.frame.contentWindow.postMessage(
    { goto: player.place.step, setUp: { ...setUp, language } },
    "*",
  );

// ----------------------------------------------------------------------------------- the language

// The page and the player in it speak one language, whichever of their buttons is pressed.
const speak = (wanted) => {
  languageChosen = true;
  language = wanted;
  setLanguage();
};
const setLanguage = () => {
  speakIn(language);
  for (const [name, { slider }] of fields) slider.setAttribute("aria-label", say("slider", name));
  if (shown) shown.frame.title = say("player");
};

// ------------------------------------------------------------------------------------ the question

const TYPING = 250; // milliseconds of rest before the host is asked
const SLIDING = 30;
const SLOW = 300; // after which a word is said about waiting

let timer = null;
let wanted;
let busy = false;
let answered = false;

const want = (rest) => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    wanted = true;
    if (!busy) work();
  }, rest);
};

// One question at a time: what is changed meanwhile is asked afterwards, in one.
const work = async () => {
  busy = true;
  while (wanted) {
    wanted = false;
    const asked = place;
    const waiting = setTimeout(() => {
      result.textContent = say(answered ? "computing" : starting);
    }, SLOW);
    try {
      const told = await ask({ formula: formula.value, values: Object.fromEntries(values) });
      clearTimeout(waiting);
      answered = true;
      if (place === asked) await show(told); // else another formula is asked for already
    } catch (error) {
      result.textContent = "";
      showError({ reason: error.message });
    } finally {
      clearTimeout(waiting);
    }
  }
  busy = false;
};

// ------------------------------------------------------------------------------------------ events

// The box is as high as its text.
const fit = () => {
  formula.style.height = "auto";
  formula.style.height = `${formula.scrollHeight + formula.offsetHeight - formula.clientHeight}px`;
};

formula.addEventListener("input", () => {
  place = { step: 0 };
  fit();
  want(TYPING);
});
examples.addEventListener("change", () => {
  if (examples.value) history.pushState(null, "", `#${examples.value}`);
  if (examples.value) open(examples.value);
  examples.value = "";
});
find(".copy").addEventListener("click", async ({ target }) => {
  remember();
  try {
    await navigator.clipboard.writeText(location.href);
    target.textContent = say("copied");
  } catch {
    target.textContent = say("copy_by_hand"); // the browser does not let the page do it
  }
  setTimeout(() => (target.textContent = say("copy")), 2000);
});
find(".language").addEventListener("click", () => {
  speak(language === "en" ? "zh" : "en");
  remember();
  setPlayer(shown);
});
find(".question").addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("hashchange", (event) => open(new URL(event.newURL).hash.slice(1)));
window.addEventListener("resize", fit);

setLanguage();
open(location.hash.slice(1) || examples.options[1].value);
