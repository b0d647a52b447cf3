// The output of a network over the plane of its two inputs, for a batch: the first point's part of
// the graph, computed at each place of a grid.

const GRID = 40;
const boundary = () => {
  const rows = data.rows;
  const at = rows.map((row) => row.slice(0, 2).map((index) => run.values[index]));
  const [horizontal, vertical] = [0, 1].map((axis) => {
    const places = at.map((point) => point[axis]);
    const [low, high] = [Math.min(...places), Math.max(...places)];
    const room = 0.15 * (high - low || 1);
    return [low - room, high + room];
  });
  const targets = rows.map(([, , , target]) => (target === undefined ? NaN : run.values[target]));
  const outputs = rows.map(([, , output]) => run.values[output]);
  const known = targets.every(Number.isFinite) ? targets : outputs;
  const middle = (Math.min(...known) + Math.max(...known)) / 2;
  const [[first, second, output]] = rows;
  const drawn = shape("svg", { class: "boundary", viewBox: `0 0 ${GRID} ${GRID}`, role: "img", "aria-label": say("boundary") });
  const values = [...run.values];
  const place = ([low, high], i) => low + ((i + 0.5) * (high - low)) / GRID;
  for (let y = 0; y < GRID; y += 1) {
    for (let x = 0; x < GRID; x += 1) {
      values[first] = place(horizontal, x);
      values[second] = place(vertical, GRID - 1 - y);
      const side = forwards(values, -1, output)[output] > middle ? "above" : "below";
      drawn.append(shape("rect", { class: side, x, y, width: 1.02, height: 1.02 }));
    }
  }
  const scaled = ([low, high], value) => (GRID * (value - low)) / (high - low);
  at.forEach(([x, y], i) => {
    const [cx, cy] = [scaled(horizontal, x), GRID - scaled(vertical, y)];
    drawn.append(shape("circle", { class: known[i] > middle ? "above" : "below", cx, cy, r: 0.9 }));
  });
  return [drawn, note(say("boundary"))];
};
