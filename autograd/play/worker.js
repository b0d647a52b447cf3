// Python (Pyodide) and the package autograd, unchanged; answers what the page asks.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const beside = (name) => new URL(name, import.meta.url).href;

const fetched = async (name) => {
  const response = await fetch(beside(name));
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response.arrayBuffer();
};

const start = async () => {
  const [python, archive] = await Promise.all([
    loadPyodide({ indexURL: beside("pyodide/") }),
    fetched("autograd.zip"),
  ]);
  python.unpackArchive(archive, "zip", { extractDir: "/engine" });
  python.runPython("import sys; sys.path.insert(0, '/engine')");
  return python.pyimport("autograd.play.answer").reply;
};

const reply = start();

self.onmessage = async ({ data }) => {
  try {
    self.postMessage({ answer: (await reply)(data) });
  } catch (error) {
    const tooDeep = error instanceof RangeError; // the browser's stack is full, and Python is gone
    self.postMessage({ error: tooDeep ? "too_deep" : "no_python", reason: error.message });
  }
};
