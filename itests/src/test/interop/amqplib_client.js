// amqplib from the npm registry against a broker: AMQP_URL says where.
const assert = require('assert');
const amqp = require('amqplib');

let done = 0;
function did(what, condition = true) {
  assert(condition, what);
  done++;
  console.log('amqplib: ' + what);
}

function until(what, condition) {
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + 20000;
    const look = () => {
      if (condition()) resolve();
      else if (Date.now() > deadline) reject(new Error('waited in vain: ' + what));
      else setTimeout(look, 20);
    };
    look();
  });
}

async function main() {
  const connection = await amqp.connect(process.env.AMQP_URL);
  const channel = await connection.createConfirmChannel();
  await channel.assertExchange('js.x', 'topic', {durable: true});
  const {queue} = await channel.assertQueue('js.q', {durable: true, maxPriority: 5});
  await channel.bindQueue(queue, 'js.x', 'a.*');
  for (let i = 0; i < 1000; i++) {
    channel.publish('js.x', 'a.b', Buffer.from('m' + i), {persistent: true, headers: {i}});
  }
  await channel.waitForConfirms();
  did('1,000 confirms, many in flight');

  const consuming = await connection.createChannel();
  await consuming.prefetch(50);
  const got = [];
  await consuming.consume(queue, message => {
    got.push(message.content.toString());
    consuming.ack(message);
  });
  await until('all messages', () => got.length === 1000);
  did('1,000 messages in order', got.every((each, i) => each === 'm' + i));
  await consuming.close();

  channel.sendToQueue(queue, Buffer.from('low'), {priority: 1});
  channel.sendToQueue(queue, Buffer.from('high'), {priority: 5});
  await channel.waitForConfirms();
  const first = await channel.get(queue);
  did('priorities', first.content.toString() === 'high');
  channel.nack(first, false, true);
  const again = await channel.get(queue);
  did('requeued to its place and marked', again.content.toString() === 'high' && again.fields.redelivered);
  channel.ack(again);
  channel.ack(await channel.get(queue));
  did('an empty queue', (await channel.get(queue)) === false);

  let returned = null;
  channel.on('return', message => { returned = message; });
  channel.publish('js.x', 'nowhere', Buffer.from('back'), {mandatory: true});
  await channel.waitForConfirms();
  await until('the return', () => returned !== null);
  did('an unroutable message comes back', returned.content.toString() === 'back' && returned.fields.replyCode === 312);

  const broken = await connection.createChannel();
  let error = null;
  broken.on('error', e => { error = e; });
  await broken.checkQueue('js.none').catch(() => null);
  await until('the error', () => error !== null);
  did('a missing queue closes the channel with 404', error.code === 404);

  const body = Buffer.alloc(5 * 1024 * 1024, 7);
  channel.sendToQueue(queue, body);
  await channel.waitForConfirms();
  const large = await channel.get(queue, {noAck: true});
  did('a message of 5 MiB', large.content.equals(body));

  await channel.deleteQueue(queue);
  await channel.deleteExchange('js.x');
  await connection.close();
  console.log('amqplib: ' + done + ' checks');
}

main().catch(failure => {
  console.error(failure);
  process.exit(1);
});
