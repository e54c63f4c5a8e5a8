// Weights to try: a slider beside each number field, and the table again while they move. The address holds them, so that it can be sent on.
import { show } from "./comparison.js";

const form = document.querySelector("[data-what-if-form]");
const fields = [...form.querySelectorAll('input[name^="w."]')];
const WAIT = 120;
let timer = 0;

for (const field of fields) {
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = "0";
  slider.max = "60";
  slider.step = "1";
  slider.setAttribute("aria-label", field.labels[0].textContent);
  field.before(slider);
  field.required = true;
  slider.addEventListener("input", () => {
    field.value = slider.value;
    changed();
  });
  field.addEventListener("input", () => {
    follow(field);
    changed();
  });
  // In words, once one is done typing: the table shows the published weight meanwhile.
  field.addEventListener("change", () => field.reportValidity());
  follow(field);
}
form.querySelector("button").hidden = true;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  changed(0);
});

// The slider and the mark of one field say what the field says.
function follow(field) {
  const slider = field.previousElementSibling;
  slider.max = String(Math.max(60, Number(field.value) || 0));
  slider.value = field.value;
  const fits = field.checkValidity();
  field.ariaInvalid = fits ? null : "true";
  field.closest("li").classList.toggle("field-bad", !fits);
  field.closest("li").classList.toggle("is-tried", fits && field.value !== field.dataset.published);
}

function changed(wait = WAIT) {
  for (const field of fields) follow(field);
  clearTimeout(timer);
  timer = setTimeout(() => show(address(), { push: false, replace: true }), wait);
}

// What the table shows now, with the weights that differ from the published ones.
function address() {
  const here = new URL(location.href);
  for (const field of fields) {
    const tried = field.checkValidity() && field.value !== field.dataset.published;
    if (tried) here.searchParams.set(field.name, field.value);
    else here.searchParams.delete(field.name);
  }
  here.searchParams.delete("page");
  return here.href;
}

// "Back to the published weights", the browser's own way back, and every other change of the address move the fields too.
document.addEventListener("screening:replaced", () => {
  const wanted = new URL(location.href).searchParams;
  for (const field of fields) {
    const value = wanted.get(field.name) ?? field.dataset.published;
    if (document.activeElement !== field && document.activeElement !== field.previousElementSibling) field.value = value;
    follow(field);
  }
});
