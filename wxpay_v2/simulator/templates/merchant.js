// Puts fresh rows in place every other second, while somebody looks; and sends the filter without loading the page.
"use strict";

const rows = document.getElementById("rows");
const live = document.getElementById("live");
const filter = document.querySelector("form.filter");
const EVERY = 2000;
let tag = "";
let pending = 0;

function query() {
  return new URLSearchParams(new FormData(filter)).toString();
}

function busy() {
  // A button under the finger must not move away.
  return rows.contains(document.activeElement) && document.activeElement.tagName === "BUTTON";
}

async function refresh() {
  clearTimeout(pending);
  if (!document.hidden && !busy()) {
    try {
      const answer = await fetch("/merchant/rows?" + query(), { headers: tag ? { "If-None-Match": tag } : {} });
      if (answer.status === 200) {
        tag = answer.headers.get("ETag") || "";
        rows.innerHTML = await answer.text();
      }
      live.textContent = answer.ok || answer.status === 304 ? "This page keeps itself fresh." : "Not fresh: HTTP " + answer.status;
    } catch (error) {
      live.textContent = "Not fresh: the simulator does not answer.";
    }
  }
  pending = setTimeout(refresh, EVERY);
}

function filtered(event) {
  event.preventDefault();
  tag = "";
  history.replaceState(null, "", "/merchant?" + query());
  refresh();
}

filter.addEventListener("submit", filtered);
filter.addEventListener("input", filtered);
document.addEventListener("visibilitychange", refresh);
rows.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.target.querySelector("button");
  button.disabled = true;
  await fetch(event.target.action, { method: "POST" });
  button.blur();
  tag = "";
  refresh();
});
refresh();
