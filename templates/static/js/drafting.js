// The text and what was read in it, side by side: whatever is pointed at or has the focus lights up on the other side.
// Without this script the numbers in the text and the quotes beside it are links to one another.
const form = document.querySelector("[data-review]");
const reading = document.querySelector("[data-reading]");
const caption = document.querySelector("[data-caption]");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
let lit = null;
let waiting = 0;

const lineOf = (mark) => form.querySelector(`[data-line="${mark}"]`);
const evidenceOf = (mark) => reading.querySelectorAll(`[data-lines~="${mark}"]`);

// The numbers of the lines that an element is about: a line of the list, words of the text, or a number beside them.
function marksAt(target) {
  const found = target.closest("[data-line], [data-lines], [data-ref]");
  return found ? (found.dataset.line ?? found.dataset.lines ?? found.dataset.ref) : "";
}

function light(marks) {
  if (marks === lit) return;
  lit = marks;
  for (const element of document.querySelectorAll(".is-lit")) element.classList.remove("is-lit");
  const lines = marks.split(" ").filter(Boolean).map(lineOf);
  for (const line of lines) {
    line.classList.add("is-lit");
    for (const piece of evidenceOf(line.dataset.line)) piece.classList.add("is-lit");
  }
  caption.textContent = lines.map((line) => `${line.dataset.line} ${line.dataset.name}`).join(" · ") || caption.dataset.hint;
  caption.classList.toggle("muted", !lines.length);
  caption.hidden = !reading.querySelector("mark");
}

light("");

// Only the text moves, within its own frame: the page stays where the hand is.
function bringIntoSight(mark) {
  const first = evidenceOf(mark)[0];
  if (!first) return;
  const frame = reading.getBoundingClientRect();
  const place = first.getBoundingClientRect();
  if (place.top >= frame.top && place.bottom <= frame.bottom) return;
  reading.scrollBy({ top: place.top - frame.top - frame.height / 3, behavior: calm.matches ? "auto" : "smooth" });
}

function follow(target, delay) {
  window.clearTimeout(waiting);
  light(marksAt(target));
  const line = target.closest("[data-line]");
  if (line) waiting = window.setTimeout(bringIntoSight, delay, line.dataset.line);
}

// When the pointer leaves, what has the focus counts again.
const rest = () => follow(document.activeElement, 0);

for (const side of [form, reading]) {
  side.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    if (marksAt(event.target)) follow(event.target, 150);
    else rest();
  });
  side.addEventListener("pointerleave", rest);
  side.addEventListener("focusin", (event) => follow(event.target, 0));
}

// --- what is dropped is no longer underlined ---

function showDropped() {
  const kept = new Set();
  for (const line of form.querySelectorAll("[data-line]")) {
    const take = line.querySelector(".draft-take input");
    if (take.checked || take.name.startsWith("write_")) kept.add(line.dataset.line);
  }
  for (const piece of reading.querySelectorAll("[data-lines]")) {
    piece.classList.toggle("evidence-dropped", !piece.dataset.lines.split(" ").some((mark) => kept.has(mark)));
  }
}

form.addEventListener("change", showDropped);
showDropped();

// --- leaving ---

let changed = Boolean(document.querySelector("#error-summary"));
let sending = false;

form.addEventListener("input", () => {
  changed = true;
});

form.addEventListener("submit", (event) => {
  if (sending) event.preventDefault();
  sending = true;
});

window.addEventListener("pageshow", () => {
  sending = false;
});

window.addEventListener("beforeunload", (event) => {
  if (changed && !sending) event.preventDefault();
});
