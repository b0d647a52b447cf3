// Runs in the notebook's own page as an anywidget without a view: what the frame with the player says
// goes to Python, and what Python sets goes to the frame. A frame is known by the channel that it names.

// JSON has no word for these, so they go as texts, as Python writes them.
const SPECIAL = { nan: NaN, inf: Infinity, "-inf": -Infinity, "-0.0": -0 };
const written = (x) => Object.keys(SPECIAL).find((word) => Object.is(SPECIAL[word], x)) ?? x;
const meant = (x) => (Object.hasOwn(SPECIAL, x) ? SPECIAL[x] : x);
const each = (values, change) =>
  Object.fromEntries(Object.entries(values).map(([name, x]) => [name, change(x)]));

export default {
  initialize({ model }) {
    const frames = new Set();
    let fromFrame = false;
    const tell = (frame) => frame.postMessage({ stepgrad: each(model.get("values"), meant) }, "*");
    const listen = ({ source, data }) => {
      if (!data || data.channel !== model.get("channel")) return;
      if (data.hello) {
        frames.add(source);
        tell(source);
        return;
      }
      fromFrame = true; // so it is no news for the frame
      model.set("values", each(data.stepgrad, written));
      model.save_changes();
      fromFrame = false;
    };
    const changed = () => {
      if (!fromFrame) frames.forEach(tell);
    };
    window.addEventListener("message", listen);
    model.on("change:values", changed);
    return () => {
      window.removeEventListener("message", listen);
      model.off("change:values", changed);
    };
  },
};
