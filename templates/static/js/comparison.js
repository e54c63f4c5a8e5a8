// Sorting, filtering and paging without loading the whole page: the same addresses, of which only the table's part is taken.
// Without this script, or when anything goes wrong, they are ordinary links and an ordinary form.
const part = "[data-comparison]";
let latest = 0;

export async function show(address, { push = true, replace = false, focus = null } = {}) {
  const turn = ++latest;
  const place = document.querySelector(part);
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error("not the table");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(part);
    if (turn !== latest) return;
    const scrolled = place.querySelector("[data-scroll-region]")?.scrollLeft ?? 0;
    carryOver(place, fresh);
    place.replaceWith(document.adoptNode(fresh));
    const region = fresh.querySelector("[data-scroll-region]");
    if (region) region.scrollLeft = scrolled;
    document.querySelector(".page-header .actions")?.replaceWith(document.adoptNode(page.querySelector(".page-header .actions")));
    if (push) history.pushState({ comparison: true }, "", address);
    if (replace) history.replaceState({ comparison: true }, "", address);
    document.dispatchEvent(new Event("screening:replaced"));
    if (focus) again(fresh, focus)?.focus();
    document.getElementById("table-status").textContent = fresh.querySelector(".pager p")?.textContent ?? "";
  } catch {
    if (turn === latest) location.assign(address);
  }
}

// The control that was used, in the fresh table, so that the keyboard stays where it was.
function again(fresh, { id, name }) {
  if (id) return fresh.querySelector(`#${CSS.escape(id)}`);
  return [...fresh.querySelectorAll("a")].find((link) => link.textContent.trim() === name);
}

// --- what a fresh table takes over from the one before ---

const ticked = new Map(); // who is ticked, shown at the moment or not: identifier and name

function carryOver(place, fresh) {
  const before = place.querySelector("[data-fold-when-narrow]");
  if (before) fresh.querySelector("[data-fold-when-narrow]").open = before.open;
  for (const box of place.querySelectorAll("[form=picks]")) {
    if (box.checked) ticked.set(box.value, box.closest("tr").querySelector(".who-name > a").textContent);
    else ticked.delete(box.value);
  }
  const away = new Map(ticked);
  for (const box of fresh.querySelectorAll("[form=picks]")) box.checked = away.delete(box.value);
  const form = fresh.querySelector("#picks");
  if (form && away.size) form.append(stillTicked(away));
}

// They are sent with the form like those that are shown.
function stillTicked(away) {
  const place = document.createElement("span");
  place.className = "small";
  place.append(`Ticked and not shown here: ${[...away.values()].join(", ")}`);
  for (const id of away.keys()) {
    const sent = document.createElement("input");
    Object.assign(sent, { type: "hidden", name: "candidate", value: id });
    place.append(sent);
  }
  const drop = document.createElement("button");
  Object.assign(drop, { type: "button", className: "button button-quiet button-small", textContent: "Untick" });
  drop.addEventListener("click", () => {
    for (const id of away.keys()) ticked.delete(id);
    place.remove();
  });
  place.append(drop);
  return place;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(`${part} a`);
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || event.defaultPrevented) return;
  const address = new URL(link.href);
  if (address.origin !== location.origin || address.pathname !== location.pathname) return;
  event.preventDefault();
  show(address.href, { focus: { name: link.textContent.trim() } });
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest(`${part} form[method=get]`);
  // One that leads elsewhere, such as to candidates side by side, is sent as it is.
  if (!form || new URL(form.action).pathname !== location.pathname) return;
  event.preventDefault();
  send(form, event.submitter?.id);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest(`${part} [data-view-form]`);
  // Hidden columns are ticked several at a time, and shown together.
  if (form && !event.target.closest(".popover-body")) send(form, event.target.id);
});

function send(form, id) {
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  show(`${form.getAttribute("action")}${query.size ? `?${query}` : ""}`, { focus: { id } });
}

window.addEventListener("popstate", () => show(location.href, { push: false }));

const status = document.createElement("p");
status.id = "table-status";
status.className = "hidden";
status.setAttribute("role", "status");
document.querySelector(part)?.before(status);
