// A stand-in for the browser inside WeChat, for a shop's page in development. Load it from the simulator:
//
//   <script src="http://127.0.0.1:PORT/wechat.js" data-openid="o..." data-appid="wx..."></script>
//
// data-openid: whose browser this is, by default whoever the order names. data-appid: of the mini program, for
// wx.requestPayment only. The page gets WeixinJSBridge, wx and, as in WeChat, "MicroMessenger" in its user agent.
(function () {
  "use strict";

  const tag = document.currentScript;
  const simulator = new URL(tag.src).origin;
  const openid = tag.dataset.openid || "";
  let open = false;

  // The cashier: a frame over the page, as WeChat's own lies over it.

  function showCashier(address, done) {
    const frame = document.createElement("iframe");
    frame.title = "WeChat Pay";
    frame.name = "wechat-cashier";
    frame.src = simulator + address;
    frame.style.cssText =
      "position:fixed;inset:0;width:100%;height:100%;border:0;z-index:2147483647;background:rgba(0,0,0,.5);color-scheme:auto";
    function told(event) {
      if (event.origin !== simulator || event.source !== frame.contentWindow) return;
      const result = event.data && event.data.wxpayCashier;
      if (result !== "ok" && result !== "cancel") return;
      window.removeEventListener("message", told);
      frame.remove();
      done({ result: result });
    }
    window.addEventListener("message", told);
    document.body.appendChild(frame);
    frame.focus();
  }

  async function pay(kind, call, done) {
    function finish(outcome) {
      open = false;
      done(outcome);
    }
    if (open) {
      console.error("wechat.js: a cashier is open already; disable the button while it is");
      done({ result: "fail", words: "" });
      return;
    }
    open = true;
    const query = new URLSearchParams({
      kind: kind, call: JSON.stringify(call), page: location.href, openid: openid, language: navigator.language || "",
    });
    let told;
    try {
      told = await (await fetch(simulator + "/wechat/check?" + query)).json();
    } catch (error) {
      console.error("wechat.js: the simulator at " + simulator + " does not answer this page");
      finish({ result: "fail", words: "" });
      return;
    }
    if (told.opens) {
      showCashier(told.cashier, finish);
    } else {
      const phone = told.err_desc ? ". The phone says: " + told.err_desc : "";
      console.error("wechat.js: the cashier does not open: " + (told.why || told.error) + phone);
      finish({ result: "fail", words: told.err_desc || "" });
    }
  }

  // WeixinJSBridge, the old face

  const bridge = {
    invoke: function (name, params, callback) {
      const call = callback || function () {};
      if (name !== "getBrandWCPayRequest") {
        console.error("wechat.js: only getBrandWCPayRequest is known here, not " + name);
        call({ err_msg: "system:function_not_exist" });
        return;
      }
      pay("page", params || {}, function (outcome) {
        const told = { err_msg: "get_brand_wcpay_request:" + outcome.result };
        if (outcome.result === "fail") {
          told.err_code = "-1";
          told.err_desc = outcome.words;
        }
        call(told);
      });
    },
    call: function () {},
    on: function () {},
  };

  // wx, the JS-SDK and the mini program

  const ready = [];
  const failed = [];
  let config = null;

  function answer(options, name, outcome, words) {
    const told = { errMsg: name + ":" + outcome + (words ? " " + words : "") };
    const key = { ok: "success", cancel: "cancel", fail: "fail" }[outcome];
    if (typeof options[key] === "function") options[key](told);
    if (typeof options.complete === "function") options.complete(told);
  }

  const wx = {
    config: function (given) {
      const wrong = !given.appId
        ? "config:invalid appid"
        : given.timestamp && given.nonceStr && /^[0-9a-f]{40}$/.test(given.signature || "")
          ? ""
          : "config:invalid signature";
      setTimeout(function () {
        if (wrong) {
          console.error("wechat.js: " + wrong + " (appId, timestamp, nonceStr and a SHA-1 signature are needed)");
          failed.forEach(function (listener) { listener({ errMsg: wrong }); });
          return;
        }
        config = given;
        ready.splice(0).forEach(function (listener) { listener(); });
      }, 0);
    },
    ready: function (listener) {
      if (config) listener();
      else ready.push(listener);
    },
    error: function (listener) {
      failed.push(listener);
    },
    checkJsApi: function (options) {
      const found = {};
      (options.jsApiList || []).forEach(function (name) { found[name] = name === "chooseWXPay"; });
      if (options.success) options.success({ checkResult: found, errMsg: "checkJsApi:ok" });
    },
    chooseWXPay: function (options) {
      if (!config || (config.jsApiList || []).indexOf("chooseWXPay") < 0) {
        console.error("wechat.js: call wx.config with chooseWXPay in jsApiList, and wait for wx.ready");
        answer(options, "chooseWXPay", "fail", "the permission value is offline verifying");
        return;
      }
      const call = { appId: config.appId, nonceStr: options.nonceStr, package: options.package, paySign: options.paySign };
      call.signType = options.signType || "SHA1";
      // The JS-SDK takes the time as "timestamp", of any type, and hands it on as the text timeStamp.
      if (options.timestamp !== undefined) call.timeStamp = String(options.timestamp);
      else if (options.timeStamp !== undefined) call.timestamp = options.timeStamp;
      pay("page", call, function (outcome) { answer(options, "chooseWXPay", outcome.result, outcome.words); });
    },
    requestPayment: function (options) {
      const call = { appId: tag.dataset.appid };
      ["timeStamp", "nonceStr", "package", "signType", "paySign"].forEach(function (name) { call[name] = options[name]; });
      if (call.signType === undefined) call.signType = "MD5";
      pay("mini_program", call, function (outcome) {
        if (outcome.result === "ok") answer(options, "requestPayment", "ok");
        else answer(options, "requestPayment", "fail", outcome.result === "cancel" ? "cancel" : "(" + outcome.words + ")");
      });
    },
  };

  try {
    const agent = navigator.userAgent + " MicroMessenger/8.0.49 (stand-in)";
    Object.defineProperty(navigator, "userAgent", { configurable: true, get: function () { return agent; } });
  } catch (error) {
    console.warn("wechat.js: the user agent stays as it is");
  }
  window.wx = window.jWeixin = wx;

  // WeChat injects its bridge when the page has loaded; a page must wait for the event, here as there.
  function inject() {
    window.WeixinJSBridge = bridge;
    document.dispatchEvent(new Event("WeixinJSBridgeReady"));
  }
  if (document.readyState === "complete") setTimeout(inject, 0);
  else window.addEventListener("load", inject);
  console.info("wechat.js: a stand-in for WeChat's browser, paying at " + simulator + "; remove it from the live page");
})();
