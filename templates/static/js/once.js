// A form whose answer is shown once: a second click must not take it away. Without this script the key is there, ends with one click in the
// list, and another one can be made.
const form = document.querySelector("form[data-once]");
let sent = false;

form.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});
// Back from the answer, perhaps out of the browser's memory.
window.addEventListener("pageshow", () => { sent = false; });
