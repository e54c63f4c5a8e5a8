// How far a file is, without loading the page anew: the same address, of which only the part about the file is taken.
// Without this script the page has a link to look again.
const part = ".making";
const PAUSE = 1000;
const LONGEST = 8000;

async function look(pause) {
  const shown = document.querySelector(part);
  if (shown?.dataset.making !== "yes") return;
  let next = PAUSE;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error("not the page");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    renew(shown, page.querySelector(part));
  } catch {
    next = Math.min(pause * 2, LONGEST);
  }
  setTimeout(look, next, next);
}

// While it is being made only the figures change, so that whoever has the Cancel button under the finger keeps it.
function renew(shown, fresh) {
  if (fresh.dataset.making !== "yes") {
    shown.replaceWith(document.adoptNode(fresh));
    return;
  }
  const [bar, now] = [shown, fresh].map((place) => place.querySelector("progress"));
  shown.querySelector("#making-state").replaceChildren(...fresh.querySelector("#making-state").childNodes);
  if (now.hasAttribute("value")) bar.value = now.value;
  bar.max = now.max;
}

setTimeout(look, PAUSE, PAUSE);
