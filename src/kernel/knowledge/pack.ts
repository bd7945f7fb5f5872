import { type Static, Type } from 'typebox'
import type { City } from '../../core/city.ts'
import type { Text } from '../../core/i18n.ts'
import type { Entry } from './bm25.ts'
import type { Synonyms } from './terms.ts'

const words = Type.Object({ zh: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) })
const code = Type.String({ pattern: '^[a-z0-9-]+$', maxLength: 60 })

/** What an article leads to beside its answer: a form, an appointment, a case's progress. */
export const intents = ['dispatch', 'petition', 'legal-aid', 'follow'] as const

export type Intent = (typeof intents)[number]

/** An intent, or none; its schema. */
export const intentOrNone = Type.Union([
  Type.Literal('dispatch'),
  Type.Literal('petition'),
  Type.Literal('legal-aid'),
  Type.Literal('follow'),
  Type.Null(),
])

const Article = Type.Object({
  id: code,
  topic: code,
  agency: code,
  question: words,
  variants: Type.Array(Type.String({ minLength: 1 })),
  answer: words,
  reviewed: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
  intent: intentOrNone,
  item: Type.Optional(code),
})

/** An article as a city writes it, `knowledge/<topic>.json`. */
export type PackArticle = Static<typeof Article>

const Topics = Type.Array(Type.Object({ code, name: words, agency: code }))

/** A topic of the knowledge base, and the agency that answers for it. */
export type Topic = { readonly code: string; readonly name: Text; readonly agency: string }

/** What the knowledge base is about. Throws when `knowledge/topics.json` is not of the shape. */
export const cityTopics = (city: City): readonly Topic[] =>
  city.read('knowledge/topics.json', Topics)

/** Every article of the pack, by topic. */
export const cityArticles = (city: City): readonly PackArticle[] =>
  cityTopics(city).flatMap((topic) => city.read(`knowledge/${topic.code}.json`, Articles))

const Articles = Type.Array(Article)

/** The words that mean the same to the people of this city. */
export const citySynonyms = (city: City): Synonyms =>
  city.read('knowledge/synonyms.json', SynonymTable)

const SynonymTable = Type.Array(Type.Array(Type.String({ minLength: 1 }), { minItems: 2 }))

/** What the index reads of an article: every phrasing in both languages, and the answer. */
export const entryOf = (
  article: Pick<PackArticle, 'id' | 'question' | 'answer'> & {
    readonly variants: readonly string[]
  },
): Entry => ({
  id: article.id,
  question: [article.question.zh, article.question.en, ...article.variants],
  answer: [article.answer.zh, article.answer.en],
})
