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
