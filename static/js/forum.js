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
