// The page's host is Python in a worker of the browser: the page stays alive while it computes.
import { say } from "./texts.js";

export const starting = "starting"; // what is said while its first answer is awaited

let worker = null;

export const ask = (request) =>
  new Promise((resolve, reject) => {
    const fail = (message) => {
      worker.terminate(); // after a failure Python may be in any state: the next request gets a new one
      worker = null;
      reject(new Error(message));
    };
    worker ??= new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => {
      if ("answer" in data) resolve(JSON.parse(data.answer));
      else fail(say(data.error, data.reason));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      fail(event.message || say("no_host"));
    };
    worker.postMessage(JSON.stringify(request));
  });
