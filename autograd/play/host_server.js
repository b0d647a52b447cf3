// The page's host is the program `stepgrad play` on this machine.
import { say } from "./texts.js";

export const starting = "computing"; // what is said while its first answer is awaited

export const ask = async (request) => {
  let response;
  try {
    response = await fetch("answer", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(request),
    });
  } catch {
    throw new Error(say("ended"));
  }
  if (!response.ok) throw new Error(await response.text());
  return response.json();
};
