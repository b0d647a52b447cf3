// The page's host is the program `stepgrad play` on this machine.

export const starting = "";

export const ask = async (request) => {
  let response;
  try {
    response = await fetch("answer", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(request),
    });
  } catch {
    throw new Error("The program has ended: run “stepgrad play” again, and open its new address.");
  }
  if (!response.ok) throw new Error(await response.text());
  return response.json();
};
