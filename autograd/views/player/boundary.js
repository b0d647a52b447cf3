// The output of a network over the plane of its two inputs, for a batch: the first point's part of
// the graph, computed at each place of a grid. A coordinate may stand in several leaves.

const GRID = 40;
const ASIDE = 0.25; // how far an output is moved to see which side the loss wants it on

// A point's class is the side of the level on which its output would cost less.
const wantedAbove = (output) => {
  const { level } = data;
  return outputWith(output, level + ASIDE) < outputWith(output, level - ASIDE);
};

const boundary = () => {
  const { rows, level } = data;
  const at = rows.map(({ inputs }) => inputs.map(([leaf]) => run.values[leaf]));
  const [horizontal, vertical] = [0, 1].map((axis) => {
    const places = at.map((point) => point[axis]);
    const [low, high] = [Math.min(...places), Math.max(...places)];
    const room = 0.15 * (high - low || 1);
    return [low - room, high + room];
  });
  const [{ inputs, output }] = rows;
  const drawn = shape("svg", { class: "boundary", viewBox: `0 0 ${GRID} ${GRID}`, role: "img", "aria-label": say("boundary") });
  const plane = shape("g", {});
  drawn.append(plane);
  const values = [...run.values];
  const move = (leaves, value) => {
    for (const leaf of leaves) values[leaf] = value;
  };
  const place = ([low, high], i) => low + ((i + 0.5) * (high - low)) / GRID;
  for (let y = 0; y < GRID; y += 1) {
    for (let x = 0; x < GRID; x += 1) {
      move(inputs[0], place(horizontal, x));
      move(inputs[1], place(vertical, GRID - 1 - y));
      const side = forwards(values, -1, output)[output] > level ? "above" : "below";
      plane.append(shape("rect", { class: side, x, y, width: 1.02, height: 1.02 }));
    }
  }
  const scaled = ([low, high], value) => (GRID * (value - low)) / (high - low);
  at.forEach(([x, y], i) => {
    const [cx, cy] = [scaled(horizontal, x), GRID - scaled(vertical, y)];
    drawn.append(shape("circle", { class: wantedAbove(rows[i].output) ? "above" : "below", cx, cy, r: 0.9 }));
  });
  return [drawn, note(say("boundary"))];
};
