import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { before, test } from 'node:test'
import { sql } from 'kysely'
import { staffOf, testCity } from '../../../test/city.ts'
import { everything, lamp, lineIsFull } from '../../../test/records.ts'
import { publicActor, systemActor } from '../../core/context.ts'
import { one, rows, transact } from '../../core/db.ts'
import { halfYear } from '../../core/format.ts'
import { perform, read } from '../../core/operation.ts'
import { cityArticles } from '../../kernel/knowledge/pack.ts'
import { seedArticles } from '../../kernel/knowledge/seed.ts'
import { report } from '../dispatch/operations.ts'
import { annulAsked, declareService, importAsked } from './counted.ts'
import { chatbotFigures } from './figures.ts'
import { fullLines } from './lines.ts'
import { closeChat, listChats, openChat, replyInChat, takeChat } from './serve.ts'
import { backToBot, callPerson, choose, readChat, say } from './talk.ts'

const platform = await testCity()
const operator = staffOf(platform, 'operator-1')
const colleague = staffOf(platform, 'operator-2')
const admin = staffOf(platform, 'admin-1')
const now = new Date('2026-05-04T10:00:00+08:00')
const minutes = (n: number) => new Date(+now + n * 60_000)

const aKey = () => randomBytes(16).toString('base64url')
const tell = (key: string, text: string, at = now) =>
  perform(platform, say, publicActor, { key, text }, { now: at })
const chat = async (key: string, at = now) =>
  (await perform(platform, readChat, publicActor, { key }, { now: at }))!
const refused = (code: string) => (error: unknown) => (error as { code?: string }).code === code
const city = <T>(query: ReturnType<typeof sql<T>>) =>
  transact(platform.database.app, everything, (db) => rows(db, query))

before(() => perform(platform, seedArticles, systemActor('seed'), {}, { now }))

const [refuse] = cityArticles(platform.city)
const broken = cityArticles(platform.city).find(({ intent }) => intent === 'dispatch')!

test('an answer is the article as it stands, with its agency and day of review', async () => {
  const key = aKey()
  assert.equal((await tell(key, refuse!.question.zh)).outcome, 'answered')
  const { turns } = await chat(key)
  assert.deepEqual(
    turns.map(({ who }) => who),
    ['citizen', 'bot'],
  )
  assert.equal(turns[1]!.text, refuse!.answer.zh)
  const { article, agency, reviewed } = turns[1]!.shown
  assert.deepEqual([article, agency, reviewed], [refuse!.id, refuse!.agency, refuse!.reviewed])
})

test('a conversation is found by its key alone, and what was said cannot be changed', async () => {
  const key = aKey()
  await tell(key, refuse!.question.zh)
  assert.equal(await perform(platform, readChat, publicActor, { key: aKey() }, { now }), null)
  const other = { ...publicActor, secrets: ['0'.repeat(64)] }
  const seen = await transact(
    platform.database.app,
    { scope: 'holder', person: '', agencies: [], secrets: other.secrets },
    (db) => rows(db, sql`select * from chatbot.turn`),
  )
  assert.deepEqual(seen, [])
  await assert.rejects(
    platform.database.owner.query(`update chatbot.turn set text = 'x'`),
    /what was said stays/,
  )
})

test('the words are not in the chain of events, only their keyed digest', async () => {
  const key = aKey()
  const { conversation } = await tell(key, '我叫王小明，垃圾車幾點來')
  const events = await city(
    sql<{ data: object; digest: string | null }>`select data, digest from core.event
      where record = ${conversation} order by seq`,
  )
  assert.ok(events.length >= 2 && events.some(({ digest }) => digest !== null))
  assert.ok(!JSON.stringify(events).includes('王小明'))
})

test('a report opens its form, with the conversation that the case then has', async () => {
  const key = aKey()
  await tell(key, broken.question.zh)
  const { talk, turns } = await chat(key)
  assert.equal(turns.at(-1)!.shown.intent, 'dispatch')
  assert.equal(turns.at(-1)!.shown.item, broken.item)
  const filed = await perform(platform, report, publicActor, { ...lamp, via: talk.via })
  const [kept] = await city(
    sql<{ kind: string; lines: { text: string }[] }>`select kind, lines
      from cases.interaction where case_id = ${filed.id}`,
  )
  assert.equal(kept?.kind, 'chat')
  assert.deepEqual(
    kept.lines.map(({ text }) => text),
    [broken.question.zh, broken.answer.zh],
  )
})

test('a wish for a lawyer on a weekday becomes that day', async () => {
  const key = aKey()
  await tell(key, '星期二找律師')
  const { shown } = (await chat(key)).turns.at(-1)!
  assert.deepEqual(shown, { intent: 'legal-aid', date: '2026-05-05' })
})

test('three are offered when it is unsure, and the chosen one counts as answered', async () => {
  const key = aKey()
  assert.equal((await tell(key, '補助申請')).outcome, 'asked-back')
  const { choices } = (await chat(key)).turns.at(-1)!.shown
  assert.ok(choices && choices.length >= 2 && choices.length <= 3)
  const answered = async () =>
    (
      await city(sql<{ n: number }>`select count(*) as n from chatbot.asked
      where outcome = 'answered'`)
    )[0]!.n
  const counted = await answered()
  await perform(platform, choose, publicActor, { key, article: choices[1]!.id }, { now })
  assert.equal((await chat(key)).turns.at(-1)!.shown.article, choices[1]!.id)
  assert.equal(await answered(), counted + 1)
  const unknown = { key, article: 'none' }
  await assert.rejects(perform(platform, choose, publicActor, unknown), refused('not-found'))
})

test('what it cannot answer goes to a person and to the editors; a greeting does not', async () => {
  const key = aKey()
  assert.equal((await tell(key, '你好')).outcome, 'none')
  assert.equal((await chat(key)).talk.state, 'bot')
  assert.equal((await tell(key, 'zzyzx qwerty')).outcome, 'handed-over')
  assert.equal((await chat(key)).talk.state, 'waiting')
  const gaps = await city(sql<{ question: string }>`select question from knowledge.asked`)
  assert.ok(gaps.some(({ question }) => question === 'zzyzx qwerty'))
  assert.ok(gaps.every(({ question }) => question !== '你好'))
})

test('who waits sees how many are before them, and may go on with the bot', async () => {
  const [first, second] = [aKey(), aKey()]
  await perform(platform, callPerson, publicActor, { key: first }, { now: minutes(200) })
  await perform(platform, callPerson, publicActor, { key: second }, { now: minutes(201) })
  const before = (await chat(second, minutes(202))).ahead
  await perform(platform, backToBot, publicActor, { key: first }, { now: minutes(203) })
  assert.equal((await chat(second, minutes(203))).ahead, before - 1)
  assert.equal((await chat(first, minutes(203))).talk.state, 'bot')
  const again = perform(platform, backToBot, publicActor, { key: first }, { now: minutes(203) })
  await assert.rejects(again, refused('not-found'))
})

test('an operator takes a conversation, once; both read on; the bot is silent', async () => {
  const key = aKey()
  const at = minutes(400)
  const given = await perform(platform, callPerson, publicActor, { key }, { now: at })
  const { conversation } = given
  const queue = await perform(platform, listChats, operator, {}, { now: at })
  assert.ok(queue.some(({ id }) => id === conversation))
  await perform(platform, takeChat, operator, { conversation }, { now: at })
  const late = perform(platform, takeChat, colleague, { conversation }, { now: at })
  await assert.rejects(late, refused('chatbot.taken'))
  const text = '您好，我是值機人員。'
  await perform(platform, replyInChat, operator, { conversation, text }, { now: at })
  const foreign = perform(platform, replyInChat, colleague, { conversation, text }, { now: at })
  await assert.rejects(foreign, refused('not-found'))
  await tell(key, refuse!.question.zh, at)
  const { turns } = await perform(platform, openChat, operator, { conversation })
  assert.deepEqual(
    turns.map(({ who }) => who),
    ['citizen', 'bot', 'operator', 'citizen'],
  )
  await perform(platform, closeChat, operator, { conversation }, { now: at })
  const after = await tell(key, refuse!.question.zh, at)
  assert.notEqual(after.conversation, conversation)
})

test('the queue is for those who serve it', async () => {
  const officer = staffOf(platform, 'officer-environment')
  await assert.rejects(perform(platform, listChats, officer, {}), refused('forbidden'))
  await assert.rejects(perform(platform, listChats, publicActor, {}), refused('sign-in'))
})

test('a conversation that rested for two hours gives its place to a new one', async () => {
  const key = aKey()
  const { conversation } = await tell(key, '你好')
  assert.equal((await tell(key, '你好', minutes(119))).conversation, conversation)
  assert.notEqual((await tell(key, '你好', minutes(119 + 121))).conversation, conversation)
})

test('more than twenty messages in five minutes are refused, later ones are not', async () => {
  const key = aKey()
  for (let i = 0; i < 20; i++) await tell(key, '你好')
  await assert.rejects(tell(key, '你好', minutes(4)), refused('chatbot.too-fast'))
  await tell(key, '你好', minutes(6))
})

test('the chat offers itself while the lines that it relieves are full', async () => {
  for (const queue of ['general', 'petition']) await lineIsFull(platform, queue, now)
  const seen = (at: Date) => read(platform, publicActor, 'public', fullLines, { now: at })
  assert.deepEqual(
    (await seen(minutes(9))).map(({ queue }) => queue),
    ['general'],
  )
  assert.deepEqual(await seen(minutes(11)), [])
})

test('the figures count what was answered and known by the cut-off, and open topics', async () => {
  const { from, to } = halfYear('109H2')
  const early = new Date(+from - 1)
  const figure = (id: string, asOf: Date) => {
    const { rows: evidence, measure } = chatbotFigures.find((one) => one.id === id)!
    const query = evidence({ from: id === 'F077' ? new Date(0) : from, to, asOf })
    return transact(platform.database.app, everything, (db) =>
      one(db, sql<{ n: unknown }>`select ${sql.raw(measure)} as n from (${query}) as e`),
    )
  }
  await perform(platform, declareService, admin, { openedOn: '2018-11-06' }, { now: early })
  const at = '2020-09-01T09:00:00+08:00'
  const asked = [
    { topic: 'tax', at },
    { topic: 'land', at },
    { topic: 'land', at: to.toISOString() },
  ]
  await perform(platform, importAsked, admin, { asked }, { now: to })
  const later = new Date(+to + 1)
  assert.equal((await figure('F079', to)).n, 0)
  assert.equal((await figure('F079', later)).n, 2)
  const [land] = await city(sql<{ id: string }>`select id from chatbot.asked
    where topic = 'land' and asked_at < ${to}`)
  const annulment = { id: land!.id, reason: '測試用的問題' }
  await perform(platform, annulAsked, admin, annulment, { now: new Date(+later + 1000) })
  assert.equal((await figure('F079', later)).n, 2)
  assert.equal((await figure('F079', new Date(+later + 2000))).n, 1)
  assert.equal((await figure('F077', later)).n, '2018-11-06')
  // The articles of this test were published in 2026: no topic had one at the end of 2020.
  assert.equal((await figure('F078', later)).n, 0)
})
