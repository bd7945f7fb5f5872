import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

type Words = { zh: string; en: string }
type Article = {
  id: string
  topic: string
  agency: string
  question: Words
  variants: string[]
  answer: Words
  reviewed: string
  intent: string | null
  item?: string
}
type Labelled = {
  id: string
  q: string
  topic: string
  split: string
  expect: { article?: string[]; intent?: string; handover?: boolean }
}

const city = new URL('../cities/kaohsiung/', import.meta.url)
const read = <T>(path: string, from = city): T =>
  JSON.parse(readFileSync(new URL(path, from), 'utf8')) as T

const prefixes: Readonly<Record<string, string>> = {
  environment: 'env',
  transport: 'tra',
  tax: 'tax',
  land: 'lan',
  social: 'soc',
  health: 'hea',
}
const intents = ['dispatch', 'petition', 'legal-aid', 'follow']
const topics = read<{ code: string; name: Words; agency: string }[]>('knowledge/topics.json')
const files = topics.map(({ code }) => ({
  code,
  articles: read<Article[]>(`knowledge/${code}.json`),
}))
const articles = files.flatMap((file) => file.articles)
const synonyms = read<string[][]>('knowledge/synonyms.json')
const agencies = new Set(read<{ id: string }[]>('agencies.json').map(({ id }) => id))
const owners = new Map(
  read<{ items: { code: string; owner: { default: string } }[] }>('dispatch.json').items.map(
    ({ code, owner }) => [code, owner.default],
  ),
)
const labelled = read<Labelled[]>('bench/chatbot/questions.json', new URL('..', import.meta.url))

/** What a question is once width, case, 臺 and punctuation no longer count. */
const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('臺', '台')
    .replace(/[^\p{L}\p{N}]/gu, '')

const repeated = (words: readonly string[]): string[] =>
  words.filter((word, at) => words.indexOf(word) !== at)

const indexed = articles.flatMap((a) => [a.question.zh, a.question.en, ...a.variants]).map(plain)

test('six topics hold at least twenty-six articles each', () => {
  assert.deepEqual(topics.map(({ code }) => code).sort(), Object.keys(prefixes).sort())
  for (const { code, articles: held } of files) {
    assert.ok(held.length >= 26, `${code} holds ${held.length}`)
    for (const a of held) {
      assert.equal(a.topic, code, a.id)
      assert.match(a.id, new RegExp(`^${prefixes[code]}-\\d{3}$`))
    }
  }
})

test('an article has its own id, an agency that exists, a real day, and its item’s owner', () => {
  assert.deepEqual(repeated(articles.map(({ id }) => id)), [])
  for (const { agency } of topics) assert.ok(agencies.has(agency), agency)
  for (const a of articles) {
    assert.ok(agencies.has(a.agency), `${a.id} ${a.agency}`)
    assert.ok(a.intent === null || intents.includes(a.intent), `${a.id} ${a.intent}`)
    assert.equal(a.item !== undefined, a.intent === 'dispatch', a.id)
    if (a.item !== undefined) assert.equal(owners.get(a.item), a.agency, `${a.id} ${a.item}`)
    assert.equal(new Date(a.reviewed).toISOString().slice(0, 10), a.reviewed, a.id)
    assert.ok(a.variants.length >= 2 && a.variants.length <= 4, a.id)
  }
})

test('an article is written in both languages', () => {
  for (const a of articles) {
    for (const { zh, en } of [a.question, a.answer]) {
      assert.match(zh, /\p{Script=Han}/u, a.id)
      assert.match(en, /[a-z]/, a.id)
      assert.doesNotMatch(en, /\p{Script=Han}|[，。：；？！（）「」]/u, a.id)
    }
    assert.match(a.question.zh, /？$/, a.id)
    assert.match(a.question.en, /\?$/, a.id)
    assert.match(a.answer.zh, /。$/, a.id)
    assert.match(a.answer.en, /\.$/, a.id)
    for (const [language, least] of [
      ['zh', 60],
      ['en', 150],
    ] as const) {
      assert.ok(a.answer[language].length >= least, `${a.id} ${language}`)
    }
  }
})

test('Chinese uses full-width punctuation', () => {
  const half = /\p{Script=Han}\s*[,.:;?!()]|[,.:;?!()]\s*\p{Script=Han}/u
  for (const a of articles) {
    for (const text of [a.question.zh, a.answer.zh, ...a.variants]) {
      assert.doesNotMatch(text, half, a.id)
    }
  }
})

test('an answer names no web address, and no phone number but a public line', () => {
  const lines = ['0800-636363', '0800-531-531', '0800-770-885']
  for (const a of articles) {
    for (const text of [a.answer.zh, a.answer.en]) {
      assert.doesNotMatch(text, /https?:|www\.|\.(gov|tw|com)\b/, a.id)
      for (const number of text.match(/\b0\d[\d-]{6,}/g) ?? []) {
        assert.ok(lines.includes(number), `${a.id} ${number}`)
      }
    }
  }
})

test('no question is indexed twice', () => {
  assert.deepEqual(repeated(indexed), [])
})

test('a word stands in one group of synonyms only', () => {
  assert.ok(synonyms.length >= 60)
  for (const group of synonyms) assert.ok(group.length >= 2, group.join())
  assert.deepEqual(repeated(synonyms.flat().map(plain)), [])
})

test('the labelled set is large, split, and names what exists', () => {
  const ids = new Set(articles.map(({ id }) => id))
  const count = (split: string) => labelled.filter((one) => one.split === split).length
  assert.ok(count('tuning') >= 100 && count('evaluation') >= 300)
  assert.equal(count('tuning') + count('evaluation'), labelled.length)
  assert.deepEqual(repeated(labelled.map(({ id }) => id)), [])
  for (const { id, topic, expect } of labelled) {
    assert.ok(topic === 'none' || topic in prefixes, id)
    for (const named of expect.article ?? []) assert.ok(ids.has(named), `${id} ${named}`)
    if (expect.intent !== undefined) assert.ok(intents.includes(expect.intent), id)
    const known = (expect.article?.length ?? 0) > 0 || expect.intent !== undefined
    assert.equal(known, expect.handover !== true, `${id} is either known or handed over`)
  }
  assert.ok(labelled.filter(({ expect }) => expect.handover).length >= 60)
})

test('every article is asked for, and no labelled question is an indexed one', () => {
  const asked = new Set(labelled.flatMap(({ expect }) => expect.article ?? []))
  assert.deepEqual(
    articles.map(({ id }) => id).filter((id) => !asked.has(id)),
    [],
  )
  const known = new Set(indexed)
  assert.deepEqual(
    labelled.filter(({ q }) => known.has(plain(q))).map(({ id }) => id),
    [],
  )
  assert.deepEqual(repeated(labelled.map(({ q }) => q)), [])
})
