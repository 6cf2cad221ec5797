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

// One answer at a time: a form that htmx brings closes those that hold no text yet.
document.addEventListener("htmx:afterSwap", (event) => {
  const opened = document.getElementById(event.detail.requestConfig?.target?.id || event.target.id);
  if (!opened || !opened.matches("form.reply-form")) return;
  for (const form of document.querySelectorAll("form.is-reply")) {
    if (form === opened || form.querySelector("textarea").value.trim()) continue;
    const slot = document.createElement("div");
    slot.id = form.id;
    form.replaceWith(slot);
  }
});

// „Verwerfen“ closes an answer where it stands, and a list of places closes when one was chosen.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  const form = link.closest("form.is-reply");
  if (form && link.classList.contains("link-button")) {
    event.preventDefault();
    const slot = document.createElement("div");
    slot.id = form.id;
    const comment = form.previousElementSibling;
    form.replaceWith(slot);
    comment?.querySelector("a.link-button")?.focus();
  }
  link.closest("[popover]")?.hidePopover?.();
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
