// Keeps the total of the weights in sight while they are typed. The server counts again when the rubric is saved.
const editor = document.querySelector("[data-rubric-editor]");
const bar = editor?.querySelector("[data-weight-bar]");

function spoken(left) {
  if (left === 0) return "Exactly 100";
  const points = Math.abs(left) === 1 ? "point" : "points";
  return left > 0 ? `${left} ${points} to give` : `${-left} ${points} too many`;
}

function count() {
  const total = [...editor.querySelectorAll("[data-weight]")].reduce((sum, box) => sum + (box.valueAsNumber || 0), 0);
  const rounded = Math.round(total * 100) / 100;
  const left = Math.round((100 - rounded) * 100) / 100;
  bar.querySelector("[data-weight-total]").value = rounded;
  bar.querySelector("[data-weight-left]").textContent = spoken(left);
  bar.querySelector("[data-weight-fill]").setAttribute("width", Math.min(1, rounded / 100));
  bar.classList.toggle("weight-bar-exact", left === 0);
}

editor?.addEventListener("input", (event) => {
  if (event.target.matches("[data-weight]")) count();
});
