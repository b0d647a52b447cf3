// The graph and its numbers: as they were recorded, and computed anew from changed leaves; the frames
// that are shown one after the other; and the state, from which all that is shown follows, so that
// going back is as easy as going on.

const data = JSON.parse(document.getElementById("walkthrough").textContent);
const { root, formulas } = data;
const usual = { binding: 6, constant: false, rule: null, sign: "", parents: [], locals: [] }; // said of other nodes only
const nodes = data.nodes.map((node) => ({ ...usual, symbol: node.name, ...node }));
const isLeaf = (node) => node.rule === null;
const leafCount = nodes.filter(isLeaf).length; // leaves come first, then parents before consumers

// The values of all nodes, or of those up to the last, from those of the leaves; one node may be held
// where it is.
const forwards = (values, held, last = nodes.length - 1) => {
  for (let index = leafCount; index <= last; index += 1) {
    const { rule, parents } = nodes[index];
    if (index !== held) values[index] = rules[rule].forward(...parents.map((parent) => values[parent]));
  }
  return values;
};

// The chain rule in backward's order, from the values and the local derivatives of each node, of
// which null is one through an argument that is not selected: it passes nothing, whatever comes.
const NOTHING = null;
const NUMBERS = ["upstream", "local", "contribution", "accumulated"];
const chainRule = (values, localsOf) => {
  const gradients = nodes.map((_, index) => (index === root ? 1 : NOTHING));
  const steps = [];
  for (let index = nodes.length - 1; index >= leafCount; index -= 1) {
    const locals = localsOf(index);
    const upstream = gradients[index];
    nodes[index].parents.forEach((parent, argument) => {
      const local = locals[argument];
      const passed = upstream === NOTHING || local === NOTHING ? NOTHING : upstream * local;
      const before = gradients[parent];
      if (passed !== NOTHING) gradients[parent] = before === NOTHING ? passed : before + passed;
      const numbers = { upstream, local, contribution: passed, accumulated: gradients[parent] };
      for (const name of NUMBERS) numbers[name] ??= 0;
      steps.push({ node: index, parent, argument, ...numbers });
    });
  }
  return { values, steps };
};

const recorded = chainRule(
  nodes.map((node) => Number(node.value)),
  (index) => nodes[index].locals.map((local) => (local === NOTHING ? NOTHING : Number(local))),
);

// The graph computed anew from its leaves, forwards and backwards.
const compute = (leaves) => {
  const values = forwards([...leaves]);
  return chainRule(values, (index) => {
    const { rule, parents } = nodes[index];
    return rules[rule].local(values[index], ...parents.map((parent) => values[parent]));
  });
};

const contributions = nodes.map(() => 0); // how many each node receives
for (const { parent } of recorded.steps) contributions[parent] += 1;

// What is shown one after the other: every node by itself or, with `whole`, one card after the
// other, so that a folded layer is one frame. `end` counts the applications of the chain rule.
const divided = (whole) => {
  const frames = [{ phase: "start", nodes: [], start: 0, end: 0 }];
  const frameOfNode = { forward: new Map(), backward: new Map(), final: new Map() };
  const enter = (phase, node, position) => {
    const last = frames.at(-1);
    const same = (other) => other === node || (whole && nodes[other].card === nodes[node].card);
    if (last.phase !== phase || !same(last.nodes[0])) {
      frames.push({ phase, nodes: [], start: position, end: position });
    }
    const frame = frames.at(-1);
    if (frame.nodes.at(-1) !== node) frame.nodes.push(node);
    return frame;
  };
  for (let index = leafCount; index < nodes.length; index += 1) {
    enter("forward", index, 0);
    frameOfNode.forward.set(index, frames.length - 1);
  }
  enter("seed", root, 0);
  const seed = frames.length - 1;
  frameOfNode.final.set(root, seed);
  recorded.steps.forEach(({ node, parent }, position) => {
    enter("backward", node, position).end = position + 1;
    frameOfNode.backward.set(node, frames.length - 1);
    frameOfNode.final.set(parent, frames.length - 1);
  });
  return { frames, ...frameOfNode, seed, last: frames.length - 1 };
};

let run = recorded;
let course; // the frames, see `divided`
let current = 0;

const gradientsAt = (frame) => {
  const gradients = nodes.map((_, index) => (index === root ? 1 : 0));
  for (const step of run.steps.slice(0, course.frames[frame].end)) {
    gradients[step.parent] = step.accumulated;
  }
  return gradients;
};

// Whoever wants to know: "frame" when another step is shown, "values" when numbers have changed,
// "select" when a card is chosen, with its index and, if a node in it was sought, that node's.
const listeners = { frame: [], values: [], select: [] };
const tell = (event, ...content) => listeners[event].forEach((listener) => listener(...content));
