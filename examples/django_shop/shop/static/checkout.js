// Opens the cashier inside WeChat, and watches the order until the shop's own books say "paid".
"use strict";

const order = document.getElementById("order");
const pay = document.getElementById("pay");
const says = document.getElementById("says");
const url = order.dataset.url;
const token = document.querySelector("meta[name=token]").content;
let cashierIsOpen = false;
const ASK_AFTER = 10; // looks, one per second, after which the gateway is asked too

async function openCashier() {
  pay.disabled = true;
  cashierIsOpen = true; // one at a time, and no reload under the payer's hands
  says.textContent = "";
  const answer = await fetch(url + "/cashier", { method: "POST", headers: { "X-CSRFToken": token } });
  if (!answer.ok) {
    cashierIsOpen = false;
    says.textContent = "This order cannot be paid. Please load the page again.";
    return;
  }
  window.WeixinJSBridge.invoke("getBrandWCPayRequest", await answer.json(), (result) => {
    cashierIsOpen = false;
    if (result.err_msg === "get_brand_wcpay_request:ok") {
      says.textContent = "Checking your payment ..."; // a hint: the books decide
      return;
    }
    says.textContent = result.err_msg === "get_brand_wcpay_request:cancel"
      ? "You did not pay. The order waits for you."
      : "WeChat could not open the cashier. " + (result.err_desc || "");
    pay.disabled = false;
  });
}

async function watch(looks) {
  const answer = await fetch(url + "/state" + (looks % ASK_AFTER ? "" : "?ask=1"));
  const state = answer.ok ? (await answer.json()).state : order.dataset.state;
  if (state !== order.dataset.state && !cashierIsOpen) location.reload();
  else setTimeout(() => watch(looks + 1), 1000);
}

function ready() {
  pay.disabled = false;
  pay.addEventListener("click", openCashier);
}

if (pay) {
  if (window.WeixinJSBridge) ready();
  else document.addEventListener("WeixinJSBridgeReady", ready);
  if (!/MicroMessenger/.test(navigator.userAgent)) says.textContent = "Open this page in WeChat to pay.";
}
if (order.dataset.state === "waiting" || order.dataset.state === "refunding") setTimeout(() => watch(1), 500);
