import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { sql } from 'kysely'
import { pino } from 'pino'
import { testCity } from '../../../test/city.ts'
import { deliver, lineCounterpart } from '../../../test/line.ts'
import { everything } from '../../../test/records.ts'
import { serve } from '../../../test/serve.ts'
import { systemActor } from '../../core/context.ts'
import { rows, transact } from '../../core/db.ts'
import { perform } from '../../core/operation.ts'
import { cityArticles } from '../../kernel/knowledge/pack.ts'
import { seedArticles } from '../../kernel/knowledge/seed.ts'
import { mountLine } from './line.ts'

const secret = 'channel-secret-of-the-test'
const line = await lineCounterpart()
const logged: string[] = []
const log = pino({ level: 'debug' }, { write: (text) => void logged.push(text) })
const platform = {
  ...(await testCity({
    LINE_CHANNEL_SECRET: secret,
    LINE_CHANNEL_TOKEN: 'token-of-the-test',
    LINE_API_BASE: line.origin,
    origin: 'https://city.example',
  })),
  log,
}
const { origin } = await serve(platform, mountLine)
const webhook = `${origin}/line/webhook`
const userId = 'U4af4980629abcdef4af4980629abcdef'

before(() => perform(platform, seedArticles, systemActor('seed'), {}))

const [refuse] = cityArticles(platform.city)
const broken = cityArticles(platform.city).find(({ intent }) => intent === 'dispatch')!

let n = 0
const event = (content: object) => {
  n++
  const source = { type: 'user', userId }
  return { webhookEventId: `W${n}`, replyToken: `R${n}`, source, ...content }
}
const said = (text: string) => event({ type: 'message', message: { type: 'text', text } })
const send = (...events: readonly object[]) => deliver(webhook, secret, events)
const last = () => line.replies.at(-1)!.body

test('a question is answered by its article, with agency and day of review', async () => {
  assert.equal((await send(said(refuse!.question.zh))).status, 200)
  const { path, authorization, body } = line.replies.at(-1)!
  assert.equal(path, '/v2/bot/message/reply')
  assert.equal(authorization, 'Bearer token-of-the-test')
  assert.equal(body.replyToken, 'R1')
  assert.ok(body.messages[0]!.text.includes(refuse!.answer.zh))
  assert.match(body.messages[0]!.text, /複審日：\d+年/)
  const labels = body.messages[0]!.quickReply!.items.map(({ action }) => action.label)
  assert.deepEqual(labels, ['有幫助', '沒有幫助'])
})

test('a report leads to its form by a link with the conversation', async () => {
  await send(said(broken.question.zh))
  assert.match(
    last().messages[0]!.text,
    /https:\/\/city\.example\/report\?item=[a-z-]+&via=[0-9a-f-]{36}/,
  )
})

test('candidates come as quick replies, and pressing one answers', async () => {
  await send(said('補助申請'))
  const items = last().messages[0]!.quickReply!.items
  assert.ok(items.length >= 3)
  for (const { action } of items) assert.ok([...action.label].length <= 20)
  await send(event({ type: 'postback', postback: { data: items[0]!.action.data } }))
  const chosen = cityArticles(platform.city).find(
    ({ id }) => items[0]!.action.data === `article=${id}`,
  )
  assert.ok(last().messages[0]!.text.includes(chosen!.answer.zh))
  await send(event({ type: 'postback', postback: { data: `helped=no&article=${chosen!.id}` } }))
  const heard = await city(sql<{ source: string }>`select source from knowledge.feedback`)
  assert.deepEqual(heard, [{ source: 'line' }])
})

const city = <T>(query: ReturnType<typeof sql<T>>) =>
  transact(platform.database.app, everything, (db) => rows(db, query))

test('an event that is delivered again is not taken again', async () => {
  const before = line.replies.length
  const once = said(refuse!.question.zh)
  const turns = sql<{ n: number }>`select count(*) as n from chatbot.turn`
  await send(once)
  const [kept] = await city(turns)
  await send({ ...once, deliveryContext: { isRedelivery: true } })
  assert.equal(line.replies.length, before + 1)
  assert.deepEqual((await city(turns))[0], kept)
})

test('a wrong, a missing and a foreign signature are refused, and nothing is kept', async () => {
  const events = [said('密語')]
  for (const signature of ['', 'AAAA', 'x'.repeat(44)])
    assert.equal((await deliver(webhook, secret, events, signature)).status, 401)
  assert.equal((await deliver(webhook, 'another-secret', events)).status, 401)
  const found = await city(sql`select no from chatbot.turn where text = '密語'`)
  assert.deepEqual(found, [])
})

test('what is no delivery is refused, and a check without events is answered', async () => {
  assert.equal((await deliver(webhook, secret, [{ type: 1 }])).status, 400)
  assert.equal((await send()).status, 200)
})

test('who wants a person is sent to the telephone, as nobody could write to them', async () => {
  await send(said('我要找真人'))
  assert.match(last().messages[0]!.text, /1999/)
  const waiting = await city(sql`select id from chatbot.conversation where state = 'waiting'`)
  assert.deepEqual(waiting, [])
})

test('following greets, leaving is noted without an answer, a picture asks for words', async () => {
  await send(event({ type: 'follow' }))
  assert.match(last().messages[0]!.text, /您好/)
  const before = line.replies.length
  await send(event({ type: 'unfollow', replyToken: undefined }))
  assert.equal(line.replies.length, before)
  const people = sql<{ following: boolean; digest: string }>`select * from chatbot.line_person`
  const [person] = await city(people)
  assert.equal(person?.following, false)
  await send(event({ type: 'message', message: { type: 'image' } }))
  assert.match(last().messages[0]!.text, /文字/)
})

test('the service being out of order loses nothing here, and the log names neither', async () => {
  line.answerWith(500)
  assert.equal((await send(said('王小明的垃圾車'))).status, 200)
  line.answerWith(200)
  const kept = await city(sql`select no from chatbot.turn where text = '王小明的垃圾車'`)
  assert.equal(kept.length, 1)
  assert.ok(logged.some((text) => text.includes('LINE did not take a reply')))
  assert.ok(logged.every((text) => !text.includes('王小明') && !text.includes(userId)))
})

test('the id of a user is nowhere in the database', async () => {
  const tables = await platform.database.owner.query<{ name: string }>(
    `select table_schema || '.' || table_name as name from information_schema.tables
      where table_schema in ('chatbot', 'core', 'cases', 'knowledge')
        and table_type = 'BASE TABLE'`,
  )
  for (const { name } of tables.rows) {
    const { rows: found } = await platform.database.owner.query(
      `select 1 from ${name} t where t::text like $1`,
      [`%${userId}%`],
    )
    assert.equal(found.length, 0, name)
  }
})
