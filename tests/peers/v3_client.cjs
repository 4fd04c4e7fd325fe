// A v3 merchant written against npm's wechatpay-axios-plugin as its users do; only host and trusted CA are ours.
// Reads one JSON object from standard input and prints one JSON object: each step's status and document. The plugin
// verifies every answer, as it does by default; an answer that it does not believe is an error here.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const setup = JSON.parse(readFileSync(0, 'utf8'));
const { Wechatpay, Aes: { AesGcm }, Formatter, Rsa } = require(join(setup.modules, 'wechatpay-axios-plugin'));

const trusting = (certs) => new Wechatpay({
  mchid: setup.mch_id, serial: setup.serial_no, privateKey: readFileSync(setup.key), certs, baseURL: setup.base_url,
});
const opened = ({ ciphertext, nonce, associated_data: aad }) => AesGcm.decrypt(ciphertext, setup.secret, nonce, aad);
const abroad = setup.region === 'global';
const root = (client) => (abroad ? client.v3.global : client.v3);

// The first list of certificates is signed by one of itself; what it is worth rests on the key that opens it.
async function downloaded() {
  const { data } = await root(trusting({ any: undefined })).certificates.get({ transformResponse: [JSON.parse] });
  return Object.fromEntries(data.data.map((one) => [one.serial_no, opened(one.encrypt_certificate)]));
}

// What its README has a merchant do with a notification.
function heard(certs, { headers, body }) {
  const told = JSON.parse(body);
  const signed = Formatter.response(headers['Wechatpay-Timestamp'], headers['Wechatpay-Nonce'], body);
  const key = Rsa.from(certs[headers['Wechatpay-Serial']], Rsa.KEY_TYPE_PUBLIC);
  return {
    verified: Rsa.verify(signed, headers['Wechatpay-Signature'], key),
    spoilt: Rsa.verify(`${signed} `, headers['Wechatpay-Signature'], key),
    event_type: told.event_type,
    resource: JSON.parse(opened(told.resource)),
  };
}

async function main() {
  const certs = setup.certs || await downloaded();
  const v3 = root(trusting(certs));
  const orders = (from) => (abroad ? from : setup.ids.sp_mchid ? from.pay.partner : from.pay).transactions;
  const transactions = orders(v3);
  const refunds = abroad ? v3.refunds : v3.refund.domestic.refunds;
  const answers = {};
  const step = async (name, call) => {
    try {
      const { status, data } = await call();
      answers[name] = { status, data };
    } catch ({ code, message, response }) {
      answers[name] = { status: response && response.status, data: response && response.data, error: `${code} ${message}` };
    }
  };
  const { out_trade_no: number, currency, ids, params } = setup;
  const order = {
    ...ids, ...setup.order, description: '茶 & <Tea>', out_trade_no: number, notify_url: setup.notify_url,
    amount: { total: 1000, currency },
  };
  const unpaid = { ...order, out_trade_no: `${number}-U` };
  const out_trade_no = unpaid.out_trade_no;
  if (setup.stage === 'order') {
    answers.certs = certs;
    await step('native', () => transactions.native.post(order));
    await step('jsapi', () => transactions.jsapi.post({ ...unpaid, ...setup.jsapi }));
    await step('query', () => transactions.outTradeNo.$out_trade_no$.get({ params, out_trade_no }));
    await step('close', () => transactions.outTradeNo.$out_trade_no$.close.post(params, { out_trade_no }));
    await step('closed', () => transactions.outTradeNo.$out_trade_no$.get({ params, out_trade_no }));
    await step('unknown', () => transactions.outTradeNo.$out_trade_no$.get({ params, out_trade_no: `${number}-X` }));
    const stranger = orders(root(trusting({ ['0'.repeat(40)]: Object.values(certs)[0] })));
    await step('stranger', () => stranger.outTradeNo.$out_trade_no$.get({ params, out_trade_no }));
    if (!setup.certs) await step('certificates', () => v3.certificates.get());
  } else if (setup.stage === 'refund') {
    answers.payment = heard(certs, setup.notification);
    const { id, transaction_id = id } = answers.payment.resource; // Global calls it id
    await step('paid', () => transactions.id.$transaction_id$.get({ params, transaction_id }));
    await step('refund', () => refunds.post({
      ...setup.refund, transaction_id, out_refund_no: `${number}-R`, notify_url: setup.notify_url,
      amount: { refund: 300, total: 1000, currency },
    }));
  } else {
    answers.refunded = heard(certs, setup.notification);
    const out_refund_no = `${number}-R`;
    const query = { params: setup.query, out_refund_no };
    await step('refund_query', () => (abroad ? refunds.outRefundNo : refunds).$out_refund_no$.get(query));
  }
  console.log(JSON.stringify(answers));
}

main().catch((error) => { console.error(error); process.exit(1); });
