// The page's host is Python in a worker of the browser: the page stays alive while it computes.

export const starting = "Starting Python in this page, a download of about 13 MB the first time …";

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
      else fail(data.error);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      const served = "this folder must be opened through a file host, such as python -m http.server";
      fail(event.message || served);
    };
    worker.postMessage(JSON.stringify(request));
  });
