/* The forum works without this file. It only tells what htmx cannot: that the network is gone. */
"use strict";
document.addEventListener("htmx:sendError", () => {
  const notices = document.getElementById("notices");
  if (!notices) return;
  const wrap = document.createElement("div");
  wrap.className = "wrap";
  const text = document.createElement("p");
  text.className = "notice";
  text.textContent = "Keine Verbindung. Ihr Text steht noch da; senden Sie ihn noch einmal, sobald Sie wieder online sind.";
  wrap.append(text);
  notices.replaceChildren(wrap);
});

// One form at a time: what opens closes the others. What was typed there is kept, here and as a draft.
const typed = new Map();

function fold(form) {
  const text = form.elements.text.value;
  if (text.trim()) typed.set(form.id, text);
  keep(form);
  const slot = document.createElement("div");
  slot.id = form.id;
  form.replaceWith(slot);
}

function foldOthers(opened) {
  for (const form of document.querySelectorAll("form.is-reply")) if (form !== opened) fold(form);
  for (const box of document.querySelectorAll("details.write[open]")) {
    if (!box.contains(opened)) box.open = false;
  }
}

document.addEventListener("htmx:afterSwap", (event) => {
  const opened = document.getElementById(event.detail.requestConfig?.target?.id || event.target.id);
  const form = opened?.matches("form.reply-form") ? opened : opened?.querySelector("form.is-reply");
  if (!form) return;
  foldOthers(form);
  const text = typed.get(form.id);
  if (text && form === opened && form.elements.text.value !== text) form.elements.text.value = text;
  if (form === opened) form.elements.text.focus();
  typed.delete(form.id);
});

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details.write[open]")) foldOthers(event.target.querySelector("form"));
}, true);

// „Schließen“ closes an answer where it stands, and a list of places closes when one was chosen.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  const form = link.closest("form.is-reply");
  if (form && "close" in link.dataset) {
    event.preventDefault();
    const comment = form.previousElementSibling;
    fold(form);
    comment?.querySelector("a.link-button")?.focus();
  }
  link.closest("[popover]")?.hidePopover?.();
});

// Drafts: what is typed is kept on the server whenever somebody pauses; a button does so without this.
const PAUSE = 1500, AGAIN = 10000;
const states = new WeakMap();
const stateOf = (form) => states.get(form) || states.set(form, { saved: form.elements.text.defaultValue }).get(form);

function say(form, sentence, told = {}) {
  const line = form.querySelector("[data-draft-state]");
  if (!line) return;
  line.textContent = sentence;
  if (!told.other) return;
  const look = document.createElement("a");
  look.href = told.place;
  look.textContent = told.look;
  line.append(" ", told.other, " ", look);
}

function later(form, pause) {
  const state = stateOf(form);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => keep(form), pause);
}

async function keep(form) {
  const state = stateOf(form), text = form.elements.text?.value;
  clearTimeout(state.timer);
  if (!form.dataset.draft || state.sent || text === undefined || text === state.saved) return;
  if (state.busy) { state.again = true; return; }
  state.busy = new AbortController();
  try {
    const answer = await fetch(form.dataset.draft, {
      method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual", keepalive: true, signal: state.busy.signal,
      headers: { "X-CSRFToken": form.elements.csrf_token?.value || "" },
    });
    if (answer.ok) {
      const told = await answer.json();
      state.saved = text;
      form.elements.edition.value = told.edition;
      say(form, told.sentence, told);
    } else if (answer.type === "opaqueredirect") {
      say(form, "Ihre Sitzung ist zu Ende. Ihr Text steht noch da: Senden Sie ihn ab, dann führt der Weg über die Anmeldung und zurück.");
    } else {
      say(form, "Der Entwurf ließ sich nicht speichern. Ihr Text steht noch da.");
    }
  } catch {
    if (state.sent) return;
    say(form, "Keine Verbindung. Ihr Text steht noch da und wird gespeichert, sobald Sie wieder online sind.");
    later(form, AGAIN);
  } finally {
    state.busy = null;
    if (state.again) { state.again = false; later(form, PAUSE); }
  }
}

const drafting = () => document.querySelectorAll("form[data-draft]");
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form) later(form, PAUSE);
});
document.addEventListener("submit", (event) => {
  const state = event.target.matches("form[data-draft]") && stateOf(event.target);
  if (!state) return;
  clearTimeout(state.timer);
  state.sent = true;
  state.busy?.abort();
  setTimeout(() => { state.sent = false; }, 5000);
}, true);
window.addEventListener("online", () => drafting().forEach(keep));
document.addEventListener("visibilitychange", () => { if (document.hidden) drafting().forEach(keep); });

// The discussion of an Abschnitt opens where its text stands, one at a time; the address becomes that
// of its own page, which is where the same link leads without this. A comment stands in one place at
// a time: in the list of all, a line says where it is meanwhile.
const place = { open: 0, home: "", opener: null };
const stayed = new Map();
const at = (number) => document.querySelector(`.in-place[data-ort="${number}"]`);
const openers = (number) => document.querySelectorAll(`a[data-abschnitt="${number}"]`);
for (const link of document.querySelectorAll("a[data-abschnitt]")) link.setAttribute("aria-expanded", "false");

function takeUp(box) {
  for (const [id, line] of stayed) {
    if (box.querySelector(`[id="${id}"]`)) continue;
    line.replaceWith(line.node);
    stayed.delete(id);
  }
  for (const faden of box.querySelectorAll(".faden")) {
    const other = [...document.querySelectorAll(`[id="${faden.id}"]`)].find((one) => !box.contains(one));
    if (!other) continue;
    const line = document.createElement("p");
    line.className = "held-elsewhere";
    line.textContent = `Beitrag ${faden.id.split("-")[1]} ist gerade oben bei Abschnitt ${box.dataset.ort} geöffnet.`;
    line.node = other;
    other.replaceWith(line);
    stayed.set(faden.id, line);
  }
}

async function openPlace(link, number, push) {
  const box = at(number);
  if (place.open && place.open !== number) closePlace(false);
  if (!place.open) place.home = location.pathname + location.search + location.hash;
  const address = new URL(link.href);
  if (push) history[place.open ? "replaceState" : "pushState"]({ abschnitt: number }, "", address.pathname);
  place.open = number;
  place.opener = link;
  box.hidden = false;
  for (const one of openers(number)) one.setAttribute("aria-expanded", "true");
  await htmx.ajax("GET", address.pathname + address.search, { target: `#gespraech-${number}`, swap: "outerHTML" });
  const writing = "write" in link.dataset && box.querySelector("details.write");
  if (writing) writing.open = true;
  const first = writing ? box.querySelector("form.is-new input, form.is-new textarea") : box.querySelector("h4");
  (writing ? box.querySelector("form.is-new [name=kind]") || first : first).focus();
}

function closePlace(back = true) {
  const number = place.open, box = at(number);
  if (!box) return;
  for (const form of box.querySelectorAll("form[data-draft]")) keep(form);
  for (const [id, line] of stayed) line.replaceWith(box.querySelector(`[id="${id}"]`) || line.node);
  stayed.clear();
  const empty = document.createElement("div");
  empty.id = `gespraech-${number}`;
  document.getElementById(empty.id)?.replaceWith(empty);
  box.hidden = true;
  for (const one of openers(number)) one.setAttribute("aria-expanded", "false");
  place.open = 0;
  if (!back) return;
  if (location.pathname.includes("/abschnitte/")) history.replaceState(null, "", place.home);
  place.opener?.focus();
}

document.addEventListener("htmx:afterSwap", () => { if (place.open) takeUp(at(place.open)); });
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest("[data-ort-close]")) { closePlace(); return; }
  const link = event.target.closest("a");
  if (!link || typeof htmx === "undefined") return;
  const number = Number(link.dataset.abschnitt), box = link.closest(".in-place");
  if (number && at(number)) {
    event.preventDefault();
    if (place.open === number && !("write" in link.dataset)) closePlace();
    else openPlace(link, number, true);
  } else if (box && link.closest(".filters, .pager, .chips, .sort") && new URL(link.href).pathname.endsWith(`/abschnitte/${box.dataset.ort}`)) {
    event.preventDefault();
    const address = new URL(link.href);
    htmx.ajax("GET", address.pathname + address.search, { target: `#gespraech-${box.dataset.ort}`, swap: "outerHTML" });
  }
});
window.addEventListener("popstate", (event) => {
  const number = event.state?.abschnitt;
  if (number && number !== place.open && at(number)) openPlace(openers(number)[0], number, false);
  else if (!number && place.open && !location.pathname.includes("/abschnitte/")) closePlace(false);
});

// How many characters are left; without this file the limit stands there as a sentence.
document.addEventListener("input", (event) => {
  const limit = Number(event.target.dataset?.limit);
  const counter = limit && event.target.closest(".field")?.querySelector("[data-counter]");
  if (!counter) return;
  const number = new Intl.NumberFormat("de-DE");
  counter.textContent = `${number.format(event.target.value.trim().length)} von ${number.format(limit)} Zeichen`;
});

// A page that stays open asks now and then what has come: without a cookie, not while its tab is
// hidden, and ever more rarely. The server answers 304 or 204 until there is something to say.
const poll = { wait: 30000, timer: 0, tag: "" };
const pollOnce = async () => {
  const place = document.querySelector("[data-poll]");
  if (!place || document.hidden) return;
  try {
    const headers = poll.tag ? { "If-None-Match": poll.tag } : {};
    const answer = await fetch(place.dataset.poll, { credentials: "omit", cache: "no-store", headers });
    poll.tag = answer.headers.get("ETag") || poll.tag;
    if (answer.status === 200) {
      const link = place.querySelector("a");
      link.textContent = await answer.text();
      link.hidden = false;
    }
  } catch { /* no network: the next turn asks again */ }
  poll.wait = Math.min(poll.wait * 1.5, 300000);
  pollLater();
};
const pollLater = () => {
  clearTimeout(poll.timer);
  poll.timer = setTimeout(pollOnce, poll.wait);
};
document.addEventListener("visibilitychange", () => {
  clearTimeout(poll.timer);
  if (document.hidden) return;
  poll.wait = 30000;
  poll.timer = setTimeout(pollOnce, 2000);
});
document.addEventListener("htmx:afterSwap", () => { poll.tag = ""; });
pollLater();

// When all that is new has been in view, it is no longer new on the next visit.
const seeNew = () => {
  const form = document.querySelector("form.news[data-new]");
  const marks = document.querySelectorAll(".tag[data-new]");
  if (!form || !marks.length || marks.length < Number(form.dataset.new)) return;
  const left = new Set(marks);
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      left.delete(entry.target);
      watch.unobserve(entry.target);
    }
    if (left.size) return;
    watch.disconnect();
    const body = new FormData(form);
    body.append("still", "1");
    fetch(form.action, { method: "POST", body, keepalive: true });
  });
  for (const mark of marks) watch.observe(mark);
};
seeNew();
