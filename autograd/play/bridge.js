// Joins the player to the page around it: tells that page which step is shown, and goes to the step
// that it asks for. It does what a reader could do with the player's own slider. Values are changed
// in the page around, so the player's own form for them is not shown.
"use strict";

(() => {
  const slider = document.querySelector(".slider");
  const tell = () => window.parent.postMessage({ step: Number(slider.value) }, "*");
  window.addEventListener("message", ({ source, data }) => {
    if (source !== window.parent || !Number.isInteger(data?.goto)) return;
    slider.value = data.goto;
    slider.dispatchEvent(new Event("input"));
  });
  document.querySelector(".editor").hidden = true;
  document.querySelector(".editor").style.display = "none";
  new MutationObserver(tell).observe(document.querySelector(".counter"), { childList: true });
  window.parent.postMessage({ ready: true }, "*");
})();
