// Runs in the notebook's own page as an anywidget without a view: what the frame with the player says
// goes to Python, and what Python sets goes to the frame. A frame is known by the channel that it names.

export default {
  initialize({ model }) {
    const frames = new Set();
    let fromFrame = false;
    const tell = (frame) => frame.postMessage({ stepgrad: model.get("values") }, "*");
    const listen = ({ source, data }) => {
      if (!data || data.channel !== model.get("channel")) return;
      if (data.hello) {
        frames.add(source);
        tell(source);
        return;
      }
      fromFrame = true; // so it is no news for the frame
      model.set("values", data.stepgrad);
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
