// Niceties only: every page works without this file.
"use strict";

// A page that waits looks again by itself, and moves on only when there is something new to say.
const waiting = document.querySelector("[data-again]");
if (waiting) {
  const started = Date.now();
  const headline = (page) => page.querySelector("h1").textContent;
  const pause = () => (Date.now() - started < 30000 ? Number(waiting.dataset.again) : 15) * 1000;
  const look = async () => {
    try {
      const answer = await fetch(waiting.dataset.address, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (headline(page) !== headline(document)) {
        window.location.replace(waiting.dataset.address);
        return;
      }
    } catch {
      // No network for a moment: try again later.
    }
    setTimeout(look, pause());
  };
  setTimeout(look, pause());
}

// A second tap would do no harm, but it would look as if the first one had failed.
for (const form of document.forms) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.querySelector("[type=submit]").setAttribute("aria-disabled", "true");
  });
}

// Back from the next page: the form is new again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
    form.querySelector("[type=submit]").removeAttribute("aria-disabled");
  }
});
