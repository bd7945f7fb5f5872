import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { staffOf, testCity } from '../../../test/city.ts'
import { everything } from '../../../test/records.ts'
import { type Actor, publicActor, systemActor } from '../../core/context.ts'
import { one, rows, transact } from '../../core/db.ts'
import { operation, perform, read } from '../../core/operation.ts'
import { articleVersions, isOverdue } from './articles.ts'
import { ask, searchArticles } from './base.ts'
import { createArticle, retireArticle, reviewArticle, reviseArticle } from './editing.ts'
import { giveFeedback, heardOf } from './feedback.ts'
import { dismissGap, listGaps, noteUnanswered, struckOut } from './gaps.ts'
import { cityArticles } from './pack.ts'
import { seedArticles } from './seed.ts'

const platform = await testCity()
const officer = staffOf(platform, 'officer-environment')
const stranger = staffOf(platform, 'officer-transport')
const editor = staffOf(platform, 'knowledge-1')
const now = new Date('2026-05-04T10:00:00+08:00')

const lantern = {
  topic: 'environment',
  agency: 'environment',
  question: { zh: '天燈可以在市區施放嗎？', en: 'May I fly a sky lantern in town?' },
  variants: ['放天燈'],
  answer: { zh: '市區不可施放天燈。', en: 'Sky lanterns are not allowed in town.' },
}

const asking = (question: string, actor: Actor = publicActor) =>
  read(platform, actor, 'public', (ctx) => ask(ctx, question))
const create = (actor: Actor, input: object = {}) =>
  perform(platform, createArticle, actor, { ...lantern, ...input }, { now })
const refused = (code: string) => (error: unknown) => (error as { code?: string }).code === code

before(() => perform(platform, seedArticles, systemActor('seed'), {}, { now }))

test('the articles of the city are published once, and are found by their own words', async () => {
  await perform(platform, seedArticles, systemActor('seed'), {}, { now })
  const [first] = cityArticles(platform.city)
  const found = await asking(first!.question.zh)
  assert.equal(found.kind === 'answer' && found.article.id, first!.id)
  const { n } = await transact(platform.database.app, everything, (db) =>
    one(db, sql<{ n: number }>`select count(*) as n from knowledge.version`),
  )
  assert.equal(n, cityArticles(platform.city).length)
})

test('a new article is found at once, a revised one by its new words', async () => {
  assert.notEqual((await asking('放天燈')).kind, 'answer')
  const { id } = await create(officer)
  const found = await asking('放天燈')
  assert.equal(found.kind === 'answer' && found.article.id, id)
  const variants = ['施放孔明燈']
  const revision = { ...lantern, variants, id, no: 1, reason: '補充說法' }
  await perform(platform, reviseArticle, officer, revision, { now })
  const again = await asking('施放孔明燈')
  assert.equal(again.kind === 'answer' && again.article.no, 2)
})

test('every version stays, with who it was that ended it, and events for each', async () => {
  const { id } = await create(officer)
  const later = new Date(+now + 86_400_000)
  await perform(platform, reviewArticle, officer, { id, no: 1 }, { now: later })
  const [second, first] = await read(platform, publicActor, 'public', (ctx) =>
    articleVersions(ctx, id),
  )
  assert.deepEqual([second.no, first!.no], [2, 1])
  assert.deepEqual([second.reviewed, second.reviewBy], ['2026-05-05', '2027-05-05'])
  assert.equal(+first!.publishedTo!, +later)
  assert.deepEqual(second.answer, first!.answer)
  const events = await transact(platform.database.app, everything, (db) =>
    rows(
      db,
      sql<{ type: string }>`select e.type from core.event e
        join knowledge.article a on a.record = e.record where a.id = ${id} order by e.seq`,
    ),
  )
  assert.deepEqual(
    events.map(({ type }) => type),
    ['knowledge.published', 'knowledge.reviewed'],
  )
})

test('a version cannot be rewritten or removed, not even by the owner of the tables', async () => {
  const { id } = await create(officer)
  const owner = platform.database.owner
  await assert.rejects(
    owner.query(`update knowledge.version set reason = 'x' where article = $1`, [id]),
    /can only be ended/,
  )
  await assert.rejects(
    owner.query(`delete from knowledge.version where article = $1`, [id]),
    /can only be ended/,
  )
})

test('an officer writes for their own agency only; the editor for all', async () => {
  await assert.rejects(create(stranger), refused('forbidden'))
  await assert.rejects(create(publicActor), refused('sign-in'))
  const { id } = await create(editor)
  const change = { id, no: 1, reason: '不實' }
  await assert.rejects(perform(platform, retireArticle, stranger, change), refused('not-found'))
  const taken = { ...lantern, ...change, agency: 'transport' }
  await assert.rejects(perform(platform, reviseArticle, officer, taken), refused('forbidden'))
})

test('who saw an older version is refused, and nothing is lost', async () => {
  const { id } = await create(officer)
  await perform(platform, reviewArticle, officer, { id, no: 1 }, { now })
  const late = { ...lantern, id, no: 1, reason: '同時修改' }
  await assert.rejects(
    perform(platform, reviseArticle, editor, late, { now }),
    refused('knowledge.changed'),
  )
})

test('an unknown topic, an unknown agency and a review before its day are refused', async () => {
  await assert.rejects(create(editor, { topic: 'astrology' }), refused('invalid'))
  await assert.rejects(create(editor, { agency: 'nobody' }), refused('invalid'))
  const backwards = { reviewed: '2026-05-04', reviewBy: '2026-05-04' }
  await assert.rejects(create(editor, backwards), refused('invalid'))
  await assert.rejects(create(editor, { reviewed: '2026-02-30' }), refused('invalid'))
})

test('a retired article answers nobody and is no page, but its agency still sees it', async () => {
  const words = { question: { zh: '紙飛機大賽報名', en: 'Paper plane race' }, variants: [] }
  const { id } = await create(officer, words)
  await perform(platform, retireArticle, officer, { id, no: 1, reason: '活動結束' }, { now })
  const found = await asking('紙飛機大賽報名')
  assert.ok(found.kind !== 'answer' || found.article.id !== id)
  const versions = (actor: Actor, permission: string) =>
    read(platform, actor, permission, (ctx) => articleVersions(ctx, id))
  await assert.rejects(versions(publicActor, 'public'), refused('not-found'))
  await assert.rejects(versions(stranger, 'knowledge.edit'), refused('not-found'))
  assert.equal((await versions(officer, 'knowledge.edit'))[0].state, 'retired')
})

test('an article is overdue on the day after its review was due', () => {
  const article = { reviewBy: '2026-05-04' }
  assert.equal(isOverdue(article, new Date('2026-05-04T23:59:00+08:00')), false)
  assert.equal(isOverdue(article, new Date('2026-05-05T00:00:00+08:00')), true)
})

test('feedback is kept with the version it is about, for its agency alone', async () => {
  const { id } = await create(officer)
  const words = '打 0912345678 沒人接'
  const input = { article: id, helpful: false, words, source: 'chat' }
  await perform(platform, giveFeedback, publicActor, input, { now })
  const heard = (actor: Actor) => read(platform, actor, 'knowledge.edit', (ctx) => heardOf(ctx, id))
  assert.deepEqual(await heard(officer), [
    { helpful: false, words: '打 ○ 沒人接', version: 1, at: now },
  ])
  assert.deepEqual(await heard(stranger), [])
  const unknown = { article: 'none', helpful: true }
  await assert.rejects(perform(platform, giveFeedback, publicActor, unknown), refused('not-found'))
})

const note = operation({
  name: 'test.note',
  title: { zh: '記', en: 'Note' },
  permission: 'public',
  input: Type.Object({ question: Type.String(), source: Type.String() }),
  run: (ctx, { question, source }) =>
    noteUnanswered(ctx, { question, source: source as 'chat' | 'desk' }),
})
const noted = (question: string, source = 'chat') =>
  perform(platform, note, publicActor, { question, source })

test('similar questions are one line of the list, with a count and their words', async () => {
  await noted('想問夜市攤位怎麼抽籤')
  await noted('請問夜市攤位怎麼抽籤', 'desk')
  await noted('哪裡可以學烏克麗麗')
  const list = await perform(platform, listGaps, editor, {})
  const market = list.find(({ question }) => question.includes('夜市'))
  assert.equal(market?.times, 2)
  assert.deepEqual([...market.sources].sort(), ['chat', 'desk'])
  assert.equal(list.find(({ question }) => question.includes('烏克麗麗'))?.times, 1)
})

test('a question becomes an article, or is dismissed with a reason, once', async () => {
  await noted('魔術方塊比賽在哪')
  await noted('我家的貓很可愛吧')
  const list = await perform(platform, listGaps, editor, {})
  const gap = (word: string) => list.find(({ question }) => question.includes(word))!.id
  await create(editor, { gap: gap('魔術方塊') })
  const dismissal = { gap: gap('貓'), reason: '不是市政問題' }
  await perform(platform, dismissGap, editor, dismissal)
  await assert.rejects(perform(platform, dismissGap, editor, dismissal), refused('not-found'))
  const left = await perform(platform, listGaps, editor, {})
  assert.ok(left.every(({ question }) => !/魔術方塊|貓/.test(question)))
})

test('numbers and addresses of people are struck out of questions', () => {
  assert.equal(struckOut('我是 A123456789，電話 0912-345-678'), '我是 ○，電話 ○')
  assert.equal(struckOut('寄到 ming@example.com 好嗎'), '寄到 ○ 好嗎')
  assert.equal(struckOut('０９１２３４５６７８'), '○')
  assert.equal(struckOut('1999 幾點下班？110 年的稅'), '1999 幾點下班？110 年的稅')
})

test('anyone may search; the answer says what it is worth', async () => {
  const found = await perform(platform, searchArticles, publicActor, { q: '垃圾車幾點來' })
  assert.ok(found.articles.length > 0 && found.articles.length <= 6)
  const nothing = await perform(platform, searchArticles, publicActor, { q: 'zzz' })
  assert.deepEqual(nothing, { outcome: 'none', articles: [] })
})
