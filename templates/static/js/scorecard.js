// The scorecard saves itself: what changed is kept in this browser at once, sent within a second, and forgotten here only when the
// server has it. Without this script the form works with its Save button.
import { keeper } from "./scorecard-kept.js";

const DELAY = 700;
const RETRY = 5000;
const FROZEN = "Nothing is saved any more: this card was submitted, or its amendment dropped. What you typed since is on this page alone";
const form = document.querySelector("[data-scorecard]");
const kept = keeper(form.dataset.account, form.dataset.scorecard);
const state = document.getElementById("save-state");
const plain = ["recommendation", "reason", "why"];
const sections = [...form.querySelectorAll("[data-criterion]")];
// Void criteria ask for nothing, but what was typed there before must not be lost.
const voided = [...form.querySelectorAll("[data-void]")].map((section) => section.dataset.void);
const everything = [...sections.map((section) => section.dataset.criterion), ...voided, ...plain];

let dirty = new Set(); // keys of criteria, and names of plain fields, that the server does not have yet
let base = {}; // what the server had of every field when last heard of
let known = form.elements.version.value; // the version that what is undecided was written against
let sending = null;
let timer = 0;

// --- reading and writing the form ---

const checked = (name) => form.querySelector(`[name="${name}"]:checked`)?.value ?? "";
const value = (name) => (form.elements[name] instanceof RadioNodeList ? checked(name) : (form.elements[name]?.value ?? ""));
const partsOf = (key) => [`rating_${key}`, `na_${key}`, `note_${key}`];
const namesOf = (key) => (plain.includes(key) ? [key] : partsOf(key));

function put(name, text) {
  const control = form.elements[name];
  if (!control) return;
  if (control instanceof RadioNodeList || control.type === "radio") {
    for (const radio of form.querySelectorAll(`[name="${name}"]`)) radio.checked = radio.value === text;
  } else {
    control.value = text;
  }
}

function fields(keys) {
  return Object.fromEntries([...keys].flatMap(namesOf).filter((name) => form.elements[name]).map((name) => [name, value(name)]));
}

// --- saving ---

function say(text, kind = "") {
  state.textContent = text;
  state.dataset.kind = kind;
}

const undecided = () => [...form.querySelectorAll("[data-conflict]")];

// "Saved" stands there only when nothing is left to be sent or decided: what was typed meanwhile is not saved.
function sayHowItStands(saved = "") {
  const open = undecided().length;
  if (open) say(`Changed in another window: choose in ${open} ${open === 1 ? "place" : "places"} below`, "problem");
  else if (dirty.size) say("Saving …");
  else say(saved, "good");
}

function keep() {
  if (!dirty.size) return kept.forget();
  // As long as both versions stand side by side, this browser has not seen the other one through: it is asked for again after a reload.
  if (!undecided().length) known = form.elements.version.value;
  const stored = kept.write({ version: known, fields: fields(dirty), keys: [...dirty] });
  if (!stored) say("Not saved yet; this browser cannot keep a copy", "problem");
}

function changed(key) {
  dirty.add(key);
  keep();
  sayHowItStands();
  clearTimeout(timer);
  timer = setTimeout(save, DELAY);
}

async function save() {
  clearTimeout(timer);
  while (sending) await sending;
  const ready = new Set([...dirty].filter((key) => !form.querySelector(`[data-conflict="${key}"]`)));
  if (!ready.size) return true;
  sending = send(ready);
  const done = await sending;
  sending = null;
  return done;
}

async function send(keys) {
  const sent = fields(keys);
  let answer;
  try {
    answer = await post({ version: Number(form.elements.version.value), rubric: Number(form.elements.rubric.value), fields: sent });
  } catch {
    return later("No connection. Kept in this browser; it is sent as soon as it can be");
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return accepted(keys, sent, body);
  if (answer.status === 409 && body.fields) return conflict(body);
  if (answer.status === 409) return refused(FROZEN);
  if (answer.status === 401) return signedOut();
  if (answer.status === 400) return renewToken();
  if (answer.status === 422) return refused(`Not saved: ${body.error ?? "something does not fit"}`);
  if (answer.status === 404) return refused("This card is no longer yours. What you typed is kept in this browser");
  return later("The server does not answer. Kept in this browser; trying again");
}

function post(body) {
  return fetch(form.dataset.draft, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": form.elements.csrf_token.value },
    body: JSON.stringify(body),
  });
}

// The form that drops an amendment says which version it is about too.
function atVersion(version) {
  for (const field of document.querySelectorAll("[name=version]")) field.value = version;
}

function accepted(keys, sent, body) {
  atVersion(body.version);
  Object.assign(base, sent);
  // What was typed while the answer was on its way stays to be sent.
  for (const key of keys) {
    if (namesOf(key).every((name) => !(name in sent) || sent[name] === value(name))) dirty.delete(key);
  }
  keep();
  sayHowItStands(`Saved ${body.saved_at}`);
  if (dirty.size) timer = setTimeout(save, DELAY);
  return true;
}

function later(text, delay = RETRY) {
  say(text, delay ? "problem" : "");
  clearTimeout(timer);
  timer = setTimeout(save, delay);
  return false;
}

function refused(text) {
  say(text, "problem");
  return false;
}

function signedOut() {
  say("", "problem");
  const link = document.createElement("a");
  link.href = form.dataset.signIn;
  link.target = "_blank";
  link.textContent = "Sign in again in a new tab";
  state.append("You are signed out; what you typed is kept here. ", link);
  clearTimeout(timer);
  timer = setTimeout(save, RETRY);
  return false;
}

// After signing in again in another tab the page's token is an old one: the same page, read again, has the new one.
async function renewToken() {
  let fresh = "";
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (answer.redirected) return signedOut();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    fresh = page.querySelector("[data-scorecard] [name=csrf_token]")?.value ?? "";
  } catch {
    return later("No connection. Kept in this browser; it is sent as soon as it can be");
  }
  if (!fresh) return refused(FROZEN);
  for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = fresh;
  return later("Saving …", 0);
}

// --- two windows: both versions are shown, nothing is overwritten ---

function conflict(body) {
  atVersion(body.version);
  for (const key of everything) {
    const names = namesOf(key).filter((name) => name in body.fields);
    const same = names.every((name) => body.fields[name] === value(name));
    const untouched = names.every((name) => body.fields[name] === base[name]);
    if (same) dirty.delete(key);
    else if (untouched) continue;
    else if (!dirty.has(key)) names.forEach((name) => put(name, body.fields[name]));
    else showBoth(key, body.fields);
  }
  Object.assign(base, body.fields);
  keep();
  refresh();
  if (!undecided().length) return later("Saving …", 0);
  sayHowItStands();
  showUndecided();
  return false;
}

function showUndecided() {
  undecided()[0].scrollIntoView({ block: "center" });
}

function showBoth(key, theirs) {
  form.querySelector(`[data-conflict="${key}"]`)?.remove();
  const box = document.createElement("div");
  box.className = "notice notice-warning";
  box.dataset.conflict = key;
  box.setAttribute("role", "alert");
  const text = document.createElement("div");
  text.append(paragraph("Saved differently in another window", "notice-title"));
  const [said, quoted] = plain.includes(key) ? plainWords(key, theirs[key]) : criterionWords(key, theirs);
  text.append(paragraph(said));
  if (quoted) {
    const quote = document.createElement("blockquote");
    quote.className = "other-note";
    quote.textContent = quoted;
    text.append(quote);
  }
  const actions = document.createElement("p");
  actions.className = "actions";
  actions.append(choice("Keep what is here", () => settle(box, key)));
  actions.append(choice("Take the other", () => takeOther(box, key, theirs)));
  text.append(actions);
  box.append(text);
  if (plain.includes(key)) form.querySelector(`[name="${key}"]`).closest(".field").before(box);
  else document.querySelector(`#criterion-${key} .criterion-head`).after(box);
}

// What the other window has: a sentence, and words to be quoted.
function criterionWords(key, theirs) {
  const [level, reason, note] = partsOf(key).map((name) => theirs[name] ?? "");
  const reasonWords = reason && form.querySelector(`[name="na_${key}"] option[value="${reason}"]`)?.textContent;
  return [`There: ${level ? `level ${level}` : reasonWords || "not rated"}.${note ? " The note there reads:" : ""}`, note];
}

function plainWords(key, there) {
  const choice = form.querySelector(`[type=radio][name="${key}"][value="${there}"]`);
  if (choice) return [`There: ${choice.labels[0].textContent}.`, ""];
  return there ? ["There it reads:", there] : ["There: nothing.", ""];
}

function paragraph(text, look = "") {
  const element = document.createElement("p");
  element.textContent = text;
  if (look) element.className = look;
  return element;
}

function choice(label, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-secondary button-small";
  button.textContent = label;
  button.addEventListener("click", act);
  return button;
}

function settle(box, key) {
  box.remove();
  changed(key);
  form.querySelector(`[name="${namesOf(key).at(-1)}"]`).focus();
}

function takeOther(box, key, theirs) {
  for (const name of namesOf(key)) if (name in theirs) put(name, theirs[name]);
  box.remove();
  dirty.delete(key);
  keep();
  refresh();
  sayHowItStands("Saved in the other window");
  form.querySelector(`[name="${namesOf(key).at(-1)}"]`).focus();
  save();
}

// --- progress ---

function stateOf(key) {
  if (value(`na_${key}`)) return "skipped";
  return checked(`rating_${key}`) ? "rated" : "open";
}

function refresh() {
  let done = 0;
  const gaps = [];
  for (const section of sections) {
    const key = section.dataset.criterion;
    const now = stateOf(key);
    section.dataset.state = now;
    const entry = form.querySelector(`[data-progress="${key}"]`);
    entry.dataset.state = now;
    const chip = entry.querySelector(".level");
    const level = checked(`rating_${key}`);
    chip.className = `level level-${now === "rated" ? level : "none"}`;
    chip.replaceChildren(...chipText(now, level));
    if (now === "open") gaps.push([`#criterion-${key}`, entry.querySelector("a > span").textContent]);
    else done += 1;
  }
  form.querySelector("[data-done]").textContent = done;
  form.querySelector("[data-progress-bar]").setAttribute("width", sections.length ? done / sections.length : 1);
  showGaps(gaps);
}

function chipText(now, level) {
  const spoken = document.createElement("span");
  spoken.className = "hidden";
  spoken.textContent = { rated: "Level ", skipped: "Not assessed", open: "Not rated yet" }[now];
  const seen = document.createElement("span");
  seen.textContent = { rated: level, skipped: "n/a", open: "" }[now];
  if (now === "skipped") seen.setAttribute("aria-hidden", "true");
  return [spoken, seen];
}

function showGaps(gaps) {
  const box = form.querySelector("[data-gaps]");
  if (!gaps.length) return box.replaceChildren(paragraph("Every criterion is rated or marked as not assessed.", "gaps-none"));
  const list = document.createElement("ul");
  for (const [href, name] of gaps) {
    const entry = document.createElement("li");
    const link = document.createElement("a");
    link.href = href;
    link.textContent = name;
    entry.append(link);
    list.append(entry);
  }
  return box.replaceChildren(paragraph("Neither rated nor marked as not assessed:"), list);
}

// --- what the interviewer does ---

form.addEventListener("input", (event) => {
  const name = event.target.name ?? "";
  const key = event.target.closest("[data-criterion]")?.dataset.criterion;
  if (key) {
    if (name.startsWith("rating_")) put(`na_${key}`, "");
    if (name.startsWith("na_") && event.target.value) put(`rating_${key}`, "");
    refresh();
    changed(key);
  } else if (plain.includes(name)) {
    changed(name);
  }
});

// Keys 1-5 rate the criterion one is in and go on to the next; inside a text field they are digits.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest("textarea, select, input:not([type=radio])");
  if (field || event.ctrlKey || event.metaKey || event.altKey || !/^[1-5]$/.test(event.key)) return;
  const section = document.activeElement.closest("[data-criterion]") ?? inView();
  if (!section) return;
  event.preventDefault();
  const key = section.dataset.criterion;
  put(`rating_${key}`, event.key);
  put(`na_${key}`, "");
  refresh();
  changed(key);
  const next = sections[sections.indexOf(section) + 1] ?? document.getElementById("finish");
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
});

function inView() {
  const middle = window.innerHeight * 0.4;
  return sections.find((section) => section.getBoundingClientRect().bottom > middle) ?? null;
}

// Submitting sends the whole form; whatever is on its way is waited for, so that the form carries the version the server has.
let leaving = false;
form.addEventListener("submit", async (event) => {
  // With nothing to wait for the browser sends it by itself: a form that is asked to be sent while it is being sent stays where it is.
  if (leaving || !(dirty.size || sending)) return;
  event.preventDefault();
  const submitter = event.submitter;
  if (undecided().length) return showUndecided();
  if (!(await save())) return;
  if (undecided().length) return showUndecided();
  leaving = true;
  form.requestSubmit(submitter);
});

window.addEventListener("online", save);
document.addEventListener("visibilitychange", save);
window.addEventListener("beforeunload", (event) => {
  if (dirty.size && !leaving) event.preventDefault();
});

// --- what an earlier visit could not send ---

function takeUp() {
  const left = kept.read();
  if (!left) return;
  for (const key of left.keys) {
    const names = namesOf(key).filter((name) => name in left.fields && form.elements[name]);
    if (names.every((name) => left.fields[name] === value(name))) continue;
    if (left.version !== form.elements.version.value) {
      const theirs = fields([key]);
      names.forEach((name) => put(name, left.fields[name]));
      showBoth(key, theirs);
    } else {
      names.forEach((name) => put(name, left.fields[name]));
    }
    dirty.add(key);
  }
  known = left.version;
  keep();
  if (!dirty.size) return;
  sayHowItStands();
  if (!undecided().length) save();
}

base = fields(everything);
form.querySelector("[data-keyboard-hint]")?.removeAttribute("hidden");
takeUp();
refresh();
