// Parts that would push the page's work off a small screen start closed there; a popover closes like a menu.
// Without this script everything is open or opens with a click.
const narrow = window.matchMedia("(max-width: 45rem)");

function fold() {
  for (const part of document.querySelectorAll("[data-fold-when-narrow]")) part.open = !narrow.matches;
}

narrow.addEventListener("change", fold);
if (narrow.matches) fold();

document.addEventListener("click", (event) => {
  for (const popover of document.querySelectorAll("details.popover[open]")) {
    if (!popover.contains(event.target)) popover.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const popover of document.querySelectorAll("details.popover[open]")) {
    popover.open = false;
    popover.querySelector("summary").focus();
  }
});
