// A v2 merchant written against npm's wechatpay-axios-plugin as its users do; only host and trusted CA are ours.
// Reads one JSON object from standard input and prints one JSON object: each step's reply.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const setup = JSON.parse(readFileSync(0, 'utf8'));
const { Wechatpay, Transformer, Aes } = require(join(setup.modules, 'wechatpay-axios-plugin'));

const wxpay = new Wechatpay({
  mchid: setup.mch_id,
  serial: 'none',
  privateKey: readFileSync(setup.key),
  certs: { any: undefined },
  secret: setup.secret,
  merchant: { cert: readFileSync(setup.cert), key: readFileSync(setup.key) },
  baseURL: setup.base_url,
});

async function main() {
  const ids = { appid: setup.appid, mch_id: setup.mch_id, sub_mch_id: setup.sub_mch_id, sign_type: setup.sign_type };
  const answers = {};
  const step = async (name, call) => {
    try {
      answers[name] = (await call()).data;
    } catch (error) {
      answers[name] = { error: String(error.code || error.message), data: error.response && error.response.data };
    }
  };
  const v2 = wxpay.v2;
  if (setup.stage === 'order') {
    await step('order', () => v2.pay.unifiedorder.post({
      ...ids, body: 'Tee & Kuchen <1>', out_trade_no: setup.out_trade_no, total_fee: 1000, fee_type: 'HKD',
      spbill_create_ip: '203.0.113.7', notify_url: setup.notify_url, trade_type: 'NATIVE', product_id: 'p',
    }));
  } else {
    await step('query', () => v2.pay.orderquery.post({ ...ids, out_trade_no: setup.out_trade_no }));
    await step('without_certificate', () => v2.secapi.pay.refund.post({
      ...ids, out_trade_no: setup.out_trade_no, out_refund_no: `${setup.out_trade_no}-R`, total_fee: 1000, refund_fee: 300,
    }));
    await step('refund', () => v2.secapi.pay.refund.post({
      ...ids, out_trade_no: setup.out_trade_no, out_refund_no: `${setup.out_trade_no}-R`, total_fee: 1000, refund_fee: 300,
    }, { security: true }));
    await step('refund_query', () => v2.pay.refundquery.post({ ...ids, out_refund_no: `${setup.out_trade_no}-R` }));
    answers.notification = Transformer.toObject(setup.notification);
    const plain = Aes.AesEcb.decrypt(
      Transformer.toObject(setup.refund_notification).req_info,
      require('node:crypto').createHash('md5').update(setup.secret).digest('hex'),
    );
    answers.refund_notification = Transformer.toObject(plain);
  }
  console.log(JSON.stringify(answers));
}

main().catch((error) => { console.error(error); process.exit(1); });
