import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { staffOf, testCity } from '../../../test/city.ts'
import { everything } from '../../../test/records.ts'
import { one, transact } from '../../core/db.ts'
import { perform } from '../../core/operation.ts'
import { listGaps } from '../../kernel/knowledge/gaps.ts'
import { cityArticles } from '../../kernel/knowledge/pack.ts'
import { topicOf } from './answers.tsx'
import { recordEnquiry, searchEnquiries } from './operations.ts'
import { enquiryTopics } from './topics.ts'

const platform = await testCity()
const operator = staffOf(platform, 'operator-1')
const asked = { topic: 'household', channel: 'phone', question: '怎麼換身分證' }

test('an enquiry keeps the article that answered it', async () => {
  const input = { ...asked, answer: '到戶政事務所。', article: 'env-001' }
  const { id } = await perform(platform, recordEnquiry, operator, input)
  const kept = await transact(platform.database.app, everything, (db) =>
    one(db, sql<{ article: string }>`select article from enquiries.enquiry where id = ${id}`),
  )
  assert.equal(kept.article, 'env-001')
})

test('a question that nobody could answer is on the list of its agency', async () => {
  const unknown = { ...asked, question: '城隍爺出巡路線', answered: false }
  await perform(platform, recordEnquiry, operator, unknown)
  const gaps = await perform(platform, listGaps, staffOf(platform, 'knowledge-1'), {})
  assert.deepEqual(
    gaps.map(({ question, agency, sources }) => ({ question, agency, sources })),
    [{ question: '城隍爺出巡路線', agency: 'civil-affairs', sources: ['desk'] }],
  )
})

test('as many enquiries are shown as were asked for, newest first', async () => {
  for (let i = 0; i < 12; i++)
    await perform(platform, recordEnquiry, operator, { ...asked, question: `第 ${i} 個問題` })
  const newest = await perform(platform, searchEnquiries, operator, { limit: 10 })
  assert.equal(newest.length, 10)
  assert.equal(newest[0]!.question, '第 11 個問題')
})

test('every article of the city falls under some topic of enquiries', () => {
  const topics = enquiryTopics(platform.city)
  const codes = new Set(topics.map(({ code }) => code))
  for (const article of cityArticles(platform.city))
    assert.ok(codes.has(topicOf(topics, article)), article.id)
})
