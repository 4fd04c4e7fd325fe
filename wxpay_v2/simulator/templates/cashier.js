// Tells the shop's page, over which this frame lies, that the payer is done or has left.
"use strict";

const cashier = document.getElementById("cashier");

function leave() {
  const paid = cashier.dataset.state === "SUCCESS";
  window.parent.postMessage({ wxpayCashier: paid ? "ok" : "cancel" }, cashier.dataset.opener);
}

for (const id of ["close", "done"]) {
  const button = document.getElementById(id);
  if (button) button.addEventListener("click", leave);
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") leave();
});
