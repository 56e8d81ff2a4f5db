// Niceties only: every page works without this file.
"use strict";

// How many pages of the documents came into view; kept with the consent.
const counter = document.querySelector("input[name=pages_seen]");
if (counter && "IntersectionObserver" in window) {
  const seen = new Set();
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) {
        seen.add(entry.target);
        watcher.unobserve(entry.target);
      }
    }
    counter.value = String(seen.size);
  });
  document.querySelectorAll("[data-page]").forEach((page) => watcher.observe(page));
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
