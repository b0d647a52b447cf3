// Gradient descent in the picture: the ticked leaves move against their gradients.

const parameters = new Set(data.parameters);
const ticked = new Set(asked.filter((index) => !parameters.size || parameters.has(index)));
const leavesNow = () => run.values.slice(0, leafCount);
let rate = 0.1;
let history = []; // the leaves before each change, and the output then
let before = { leaves: leavesNow(), loss: run.values[root] };
let trouble = ""; // a text's key

const descended = ({ values, steps }) => {
  const gradients = new Map([[root, 1]]); // which may be the only leaf
  for (const { parent, accumulated } of steps) gradients.set(parent, accumulated);
  return values
    .slice(0, leafCount)
    .map((value, i) => (ticked.has(i) ? value - rate * gradients.get(i) : value));
};

// Some steps at once; each can be undone. Whatever is no finite number is not taken.
const descend = (count) => {
  trouble = "";
  let at = run;
  for (let i = 0; i < count && !trouble; i += 1) {
    const next = compute(descended(at));
    if (next.values.every(Number.isFinite)) {
      history.push({ leaves: at.values.slice(0, leafCount), loss: at.values[root] });
      at = next;
    } else trouble = "diverged";
  }
  if (at === run) return openTab("descent");
  before = null; // the listener below has nothing to add
  player.setValues(at.values.slice(0, leafCount));
};

player.on("values", () => {
  if (before) history.push(before);
  before = { leaves: leavesNow(), loss: run.values[root] };
  if (document.activeElement !== input) choose(Number(chooser.value));
});

const CURVE = { width: 340, height: 90, room: 6 };
const curve = () => {
  const { width, height, room } = CURVE;
  const losses = [...history.map(({ loss }) => loss), run.values[root]];
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const x = (i) => room + (i * (width - 2 * room)) / Math.max(1, losses.length - 1);
  const y = (loss) => height - room - (high > low ? (loss - low) / (high - low) : 0.5) * (height - 2 * room);
  const label = say("curve", nodes[root].name);
  const drawn = shape("svg", { class: "curve", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  drawn.append(
    shape("polyline", { points: losses.map((loss, i) => `${x(i)},${y(loss)}`).join(" ") }),
    shape("circle", { cx: x(losses.length - 1), cy: y(losses.at(-1)), r: 4 }),
  );
  return drawn;
};

const leafLine = (index) => {
  const { name } = nodes[index];
  const tick = element("input", "");
  tick.type = "checkbox";
  tick.checked = ticked.has(index);
  tick.ariaLabel = say("moving", name);
  tick.addEventListener("change", () => (tick.checked ? ticked.add(index) : ticked.delete(index)));
  const undoOne = push("reset", () => player.setValue(index, recorded.values[index]));
  undoOne.ariaLabel = say("reset_one", name);
  undoOne.disabled = Object.is(run.values[index], recorded.values[index]);
  return element("li", "", element("label", "", tick, ` ${name} = ${text(run.values[index])}`), undoOne);
};

tabs.descent = {
  enter: () => jump(course.last),
  content: () => {
    const rateInput = element("input", "rate");
    rateInput.value = rate;
    rateInput.inputMode = "decimal";
    rateInput.addEventListener("input", () => {
      const given = Number(rateInput.value);
      const good = given > 0 && Number.isFinite(given);
      if (good) rate = given;
      find(".trouble").textContent = good ? "" : say("bad_rate");
    });
    const undo = push("undo", () => {
      trouble = "";
      const last = history.pop();
      before = null;
      player.setValues(last.leaves);
    });
    undo.disabled = history.length === 0;
    const bar = element("div", "bar", element("label", "", `${say("rate")} `, rateInput));
    bar.append(push("descend", () => descend(1)), push("descend_many", () => descend(100)), undo);
    const now = say("now", history.length, nodes[root].name, text(run.values[root]));
    const list = element("ul", "leaves");
    const longest = Math.max(...asked.map((index) => nodes[index].name.length));
    list.style.setProperty("--text", `${longest + 10}ch`); // as wide as a name and its number
    list.append(...asked.map(leafLine));
    const parts = [bar, element("output", "trouble", trouble && say(trouble)), line("now", now), curve()];
    if (data.rows.length) parts.push(...boundary());
    return [...parts, note(say("rule")), list];
  },
};
