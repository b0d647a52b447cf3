// The language, and what the player says to a notebook around it: the leaves that the learner sets.

actions.language = () => {
  player.speakIn(language === "en" ? "zh" : "en");
  openTab(tab);
};

if (data.channel) {
  const toHost = (message) =>
    window.parent.postMessage({ channel: data.channel, ...message }, "*");
  player.on("values", () =>
    toHost({ stepgrad: Object.fromEntries(asked.map((i) => [nodes[i].name, run.values[i]])) }),
  );
  window.addEventListener("message", ({ source, data: message }) => {
    const given = source === window.parent && message?.stepgrad;
    if (!given) return;
    const leaves = leavesNow();
    for (const index of asked) {
      const number = given[nodes[index].name];
      if (typeof number === "number") leaves[index] = number;
    }
    if (leaves.some((value, index) => !Object.is(value, run.values[index]))) player.setValues(leaves);
  });
  toHost({ hello: true });
}
if (data.lang !== language) player.speakIn(data.lang);
openTab(tab);
