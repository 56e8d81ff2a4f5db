// The visible mark's look: drawing and picture. Without this file, text alone is offered.
"use strict";

const look = document.querySelector("[data-look]");
if (look) {
  const MOST_POINTS = 2000;
  const MOST_STROKES = 100;
  const MOST_PIXELS = 64000;
  const MOST_BYTES = 1048576;
  const part = (name) => look.querySelector(`[data-part=${name}]`);
  const radio = (name) => document.getElementById(`mark-${name}`);
  const field = (name) => look.querySelector(`[name=${name}]`);
  const chosen = () => look.querySelector("[name=mark]:checked").value;

  // ---------------------------------------------------------------- what was chosen outlives a new code
  const place = `paraphe-mark-${look.dataset.look}`;
  const kept = ["typed", "strokes", "picture"];
  const keep = () => {
    const values = { mark: chosen() };
    for (const name of kept) values[name] = field(name).value;
    try {
      sessionStorage.setItem(place, JSON.stringify(values));
    } catch {
      // A browser that stores nothing: the form itself still has it.
    }
  };
  const recall = () => {
    if ("posted" in look.dataset) return;
    try {
      const values = JSON.parse(sessionStorage.getItem(place));
      if (!values) return;
      for (const name of kept) field(name).value = values[name];
      radio(values.mark).checked = true;
      look.open = values.mark !== "name";
    } catch {
      // As above.
    }
  };

  const show = () => {
    for (const name of ["typed", "drawn", "image"]) part(name).hidden = chosen() !== name;
  };

  // ---------------------------------------------------------------- drawing
  const pad = look.querySelector(".pad");
  const pen = pad.getContext("2d");
  let strokes = [];
  const written = () => strokes.map((line) => line.map((point) => point.join(",")).join(" ")).join(";");
  const paint = () => {
    pen.clearRect(0, 0, pad.width, pad.height);
    pen.lineWidth = 5;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#0d1a59";
    for (const line of strokes) {
      pen.beginPath();
      pen.moveTo(line[0][0], line[0][1]);
      line.forEach(([x, y]) => pen.lineTo(x, y));
      if (line.length === 1) pen.lineTo(line[0][0] + 0.1, line[0][1]);
      pen.stroke();
    }
  };
  const count = () => strokes.reduce((sum, line) => sum + line.length, 0);
  const thinned = (line) => line.filter((_, index) => index % 2 === 0 || index === line.length - 1);
  const at = (event) => {
    const box = pad.getBoundingClientRect();
    const within = (value, size, most) => Math.min(most - 1, Math.max(0, Math.round((value / size) * most)));
    return [
      within(event.clientX - box.left, box.width, pad.width),
      within(event.clientY - box.top, box.height, pad.height),
    ];
  };
  let line = null;
  const go = (event) => {
    const point = at(event);
    const [x, y] = line[line.length - 1];
    if (Math.hypot(point[0] - x, point[1] - y) >= 3) line.push(point);
  };
  pad.addEventListener("pointerdown", (event) => {
    if (line || (event.pointerType === "mouse" && event.button !== 0) || strokes.length >= MOST_STROKES) return;
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    line = [at(event)];
    strokes.push(line);
    paint();
  });
  pad.addEventListener("pointermove", (event) => {
    if (!line) return;
    const passed = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    (passed.length ? passed : [event]).forEach(go);
    paint();
  });
  const lift = () => {
    if (!line) return;
    line = null;
    while (count() > MOST_POINTS) strokes = strokes.map(thinned);
    field("strokes").value = written();
    keep();
  };
  pad.addEventListener("pointerup", lift);
  pad.addEventListener("pointercancel", lift);
  look.querySelector("[data-clear]").addEventListener("click", () => {
    strokes = [];
    field("strokes").value = "";
    paint();
    keep();
  });

  // ---------------------------------------------------------------- picture
  const file = document.getElementById("picture-file");
  const preview = look.querySelector(".preview");
  const complaint = document.getElementById("picture-error");
  const encoded = (image) => {
    const head = [82, 71, 66, 65, image.width >> 8, image.width & 255, image.height >> 8, image.height & 255];
    const bytes = new Uint8Array(head.length + image.data.length);
    bytes.set(head);
    bytes.set(image.data, head.length);
    let text = "";
    for (let start = 0; start < bytes.length; start += 8192) {
      text += String.fromCharCode(...bytes.subarray(start, start + 8192));
    }
    return btoa(text);
  };
  const redraw = () => {
    const value = field("picture").value;
    preview.hidden = !value;
    if (!value) return;
    try {
      const bytes = Uint8ClampedArray.from(atob(value), (letter) => letter.charCodeAt(0));
      preview.width = bytes[4] * 256 + bytes[5];
      preview.height = bytes[6] * 256 + bytes[7];
      preview.getContext("2d").putImageData(new ImageData(bytes.slice(8), preview.width, preview.height), 0, 0);
    } catch {
      preview.hidden = true; // the page says what is wrong with it
    }
  };
  file.addEventListener("change", async () => {
    const found = file.files[0];
    complaint.textContent = "";
    field("picture").value = "";
    try {
      if (found && found.size > MOST_BYTES) {
        complaint.textContent = complaint.dataset.tooLarge;
      } else if (found) {
        if (!["image/png", "image/jpeg"].includes(found.type)) throw new Error("another type");
        const image = await createImageBitmap(found);
        const scale = Math.min(1, 480 / image.width, 320 / image.height, Math.sqrt(MOST_PIXELS / (image.width * image.height)));
        const small = document.createElement("canvas");
        small.width = Math.max(1, Math.floor(image.width * scale));
        small.height = Math.max(1, Math.floor(image.height * scale));
        const brush = small.getContext("2d");
        brush.imageSmoothingQuality = "high";
        brush.drawImage(image, 0, 0, small.width, small.height);
        field("picture").value = encoded(brush.getImageData(0, 0, small.width, small.height));
      }
    } catch {
      complaint.textContent = complaint.dataset.unreadable;
    }
    file.toggleAttribute("aria-invalid", complaint.textContent !== "");
    redraw();
    keep();
  });

  // ---------------------------------------------------------------- all of it
  look.querySelector("[data-scripted]").hidden = false;
  look.addEventListener("change", () => {
    show();
    keep();
  });
  field("typed").addEventListener("input", keep);
  const start = () => {
    const value = field("strokes").value;
    strokes = value ? value.split(";").map((text) => text.split(" ").map((point) => point.split(",").map(Number))) : [];
    paint();
    redraw();
    show();
  };
  recall();
  start();
  window.addEventListener("pageshow", start); // back: the browser has put the fields' values back
} else if (document.querySelector(".good")) {
  // Accepted: nothing of it stays in this browser.
  try {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith("paraphe-mark-")) sessionStorage.removeItem(name);
  } catch {
    // Nothing was stored.
  }
}
