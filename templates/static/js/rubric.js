// The rubric editor with fewer page loads: the total while weights are typed, moving rows, equal weights, searching the library.
// Everything here is also a button of the form; the server counts and checks again when it is saved.
const form = document.querySelector("[data-draft]");
const bar = form?.querySelector("[data-weight-bar]");
const state = form?.querySelector("[data-save-state]");
let changed = Boolean(document.querySelector("#conflict, #error-summary"));
let sending = false;

const hundredths = (text) => (/^\s*[+-]?\d+([.,]\d+)?\s*$/.test(text) ? Math.round(Number(text.replace(",", ".")) * 100) : 0);
const boxes = () => [...form.querySelectorAll("[data-weight]")];

function note() {
  changed = true;
  if (state) state.textContent = "Not saved yet";
}

// --- weights ---

function spoken(left) {
  if (left === 0) return "Exactly 100";
  const points = `${Math.abs(left) / 100} ${Math.abs(left) === 100 ? "point" : "points"}`;
  return left > 0 ? `${points} to give` : `${points} too many`;
}

function count() {
  const total = boxes().reduce((sum, box) => sum + hundredths(box.value), 0);
  bar.querySelector("[data-weight-total]").value = total / 100;
  bar.querySelector("[data-weight-left]").textContent = spoken(10000 - total);
  bar.querySelector("[data-weight-fill]").setAttribute("width", Math.min(1, Math.max(0, total / 10000)));
  bar.classList.toggle("weight-bar-exact", total === 10000);
}

function shareEqually() {
  const all = boxes();
  all.forEach((box, place) => {
    box.value = (Math.floor(10000 / all.length) + (place < 10000 % all.length ? 1 : 0)) / 100;
  });
  count();
}

// --- the order of the criteria ---

function move(button, row, up) {
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (up) other.before(row);
  else other.after(row);
  button.focus();
  const place = [...row.parentElement.children].indexOf(row) + 1;
  if (state) state.textContent = `${row.dataset.criterion} is number ${place} now, not saved yet`;
  changed = true;
}

// --- the library ---

function search(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const entry of form.querySelectorAll("[data-words]")) {
    const fits = words.every((word) => entry.dataset.words.includes(word));
    entry.hidden = !fits && !entry.querySelector(":checked");
    found += entry.hidden ? 0 : 1;
  }
  for (const group of form.querySelectorAll("[data-group]")) group.hidden = !group.querySelector("[data-words]:not([hidden])");
  form.querySelector("[data-none]").hidden = found > 0 || !form.querySelector("[data-words]");
}

form?.addEventListener("input", (event) => {
  if (event.target.matches("[data-find]")) return search(event.target.value);
  note();
  if (event.target.matches("[data-weight]")) count();
});

form?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[data-find]")) return;
  event.preventDefault();
});

form?.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=do]");
  const [action] = button?.value.split(":") ?? [];
  const row = button?.closest("[data-criterion]");
  if (row && (action === "up" || action === "down")) move(button, row, action === "up");
  else if (action === "equal") {
    shareEqually();
    note();
  } else if (action === "find") search(form.elements.find.value);
  else return;
  event.preventDefault();
});

// --- leaving ---

form?.addEventListener("submit", (event) => {
  if (sending) event.preventDefault();
  sending = true;
});

window.addEventListener("pageshow", () => {
  sending = false;
});

window.addEventListener("beforeunload", (event) => {
  if (changed && !sending) event.preventDefault();
});
