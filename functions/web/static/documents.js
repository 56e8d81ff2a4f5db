// Signers' pages: which pages of the documents were shown, and pictures that end. Joined to the kit's page.js.

// Which pages were shown: their picture had come and stood in view. Kept for this visit, so that
// pages that are read on a page of their own count too; told with the consent, as this browser's word.
const sheets = document.querySelectorAll("[data-page]");
if (sheets.length && "IntersectionObserver" in window) {
  const counter = document.querySelector("input[name=pages_seen]");
  const shown = new Set();
  try {
    JSON.parse(sessionStorage.getItem("paraphe-pages") || "[]").forEach((page) => shown.add(page));
  } catch {
    // No storage here: what is on this page counts.
  }
  const tell = () => {
    if (counter) {
      const mine = counter.dataset.documents.split(" ");
      const count = [...shown].filter((page) => mine.includes(page.replace(/-[0-9]+$/, ""))).length;
      counter.value = String(count);
    }
  };
  const note = (page) => {
    shown.add(page);
    try {
      sessionStorage.setItem("paraphe-pages", JSON.stringify([...shown].slice(-2000)));
    } catch {
      // As above.
    }
    tell();
  };
  const watcher = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      const picture = target.querySelector("img");
      if (isIntersecting && picture.complete && picture.naturalWidth) {
        watcher.unobserve(target);
        note(target.dataset.page);
      }
    }
  });
  for (const sheet of sheets) {
    watcher.observe(sheet);
    // Looked at anew once its picture has come.
    sheet.querySelector("img").addEventListener("load", () => {
      watcher.unobserve(sheet);
      watcher.observe(sheet);
    });
  }
  tell();
}

// Pictures' addresses end after an hour, and a reader may take longer (P13): when one does not come, the
// page is fetched anew for fresh ones, at most once a minute.
const AGAIN_AFTER = 60000;
let renewed = -AGAIN_AFTER;
const renew = async (address) => {
  const answer = await fetch(address, { cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const fresh of page.querySelectorAll("[data-page] img")) {
    const number = fresh.closest("[data-page]").dataset.page;
    const shown = document.querySelector(`[data-page="${CSS.escape(number)}"] img`);
    if (shown && !shown.naturalWidth) {
      shown.src = fresh.src;
    }
  }
};
const mend = (picture) => {
  const sheets = picture.closest?.("[data-address]");
  if (sheets && performance.now() - renewed >= AGAIN_AFTER) {
    renewed = performance.now();
    renew(sheets.dataset.address).catch(() => {}); // no network: the next picture that fails tries again
  }
};
document.addEventListener("error", (event) => mend(event.target), true);
// What failed before this file was read has no event any more.
for (const picture of document.querySelectorAll("[data-address] img")) {
  if (picture.complete && !picture.naturalWidth) {
    mend(picture);
  }
}
