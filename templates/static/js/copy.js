// A button that copies a text. Without this script the text can be selected and copied by hand.
const source = document.querySelector("[data-copy-from]");
const copy = document.querySelector("[data-copy]");
const said = document.querySelector("[data-copied]");

copy.hidden = false;
copy.addEventListener("click", async () => {
  source.select();
  try {
    await navigator.clipboard.writeText(source.value);
    said.textContent = "Copied.";
  } catch {
    said.textContent = "It is selected: copy it with the keyboard.";
  }
});
source.addEventListener("focus", () => source.select());
