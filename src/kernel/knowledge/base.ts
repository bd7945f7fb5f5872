import { sql } from 'kysely'
import { Type } from 'typebox'
import type { City } from '../../core/city.ts'
import type { Ctx } from '../../core/context.ts'
import { one } from '../../core/db.ts'
import { operation } from '../../core/operation.ts'
import { type Article, publishedArticles } from './articles.ts'
import { buildIndex, type Index } from './bm25.ts'
import { decide, type Outcome } from './outcome.ts'
import { citySynonyms, entryOf } from './pack.ts'

/** What is published, ready to be asked. */
export type KnowledgeBase = {
  readonly revision: number
  readonly articles: ReadonlyMap<string, Article>
  readonly index: Index
}

const known = new WeakMap<City, KnowledgeBase>()

/**
 * The knowledge base as of the newest revision. One small query; the index is kept between calls
 * and built anew, in a tenth of a second, after an article changed in whatever process.
 */
export async function knowledgeBase(ctx: Ctx): Promise<KnowledgeBase> {
  const { n: revision } = await one(ctx.db, sql<{ n: number }>`select n from knowledge.revision`)
  const kept = known.get(ctx.city)
  if (kept?.revision === revision) return kept
  const articles = await publishedArticles(ctx)
  const base = {
    revision,
    articles: new Map(articles.map((article) => [article.id, article])),
    index: buildIndex(articles.map(entryOf), citySynonyms(ctx.city)),
  }
  known.set(ctx.city, base)
  return base
}

/** What a question comes to, with the articles themselves. */
export type Reply =
  | {
      readonly kind: 'answer'
      readonly article: Article
      readonly others: readonly Article[]
      readonly score: number
    }
  | { readonly kind: 'suggest'; readonly articles: readonly Article[]; readonly score: number }
  | { readonly kind: 'none'; readonly score: number }

/** Asks the knowledge base: an answer, three candidates, or nothing it would stand for. */
export async function ask(ctx: Ctx, question: string): Promise<Reply> {
  const base = await knowledgeBase(ctx)
  const hits = base.index.search(question, 5)
  return replyOf(base, decide(hits), hits[0]?.score ?? 0)
}

function replyOf(base: KnowledgeBase, outcome: Outcome, score: number): Reply {
  const get = (id: string) => base.articles.get(id)!
  if (outcome.kind === 'answer')
    return { kind: 'answer', article: get(outcome.id), others: outcome.others.map(get), score }
  if (outcome.kind === 'suggest') return { kind: 'suggest', articles: outcome.ids.map(get), score }
  return { kind: 'none', score }
}

/** The best articles for a question, at most ten, whatever their score. Changes nothing. */
export const searchArticles = operation({
  name: 'knowledge.search',
  title: { zh: '搜尋問答', en: 'Search the knowledge base' },
  permission: 'public',
  reads: true,
  input: Type.Object({
    q: Type.String({ maxLength: 500, default: '' }),
    limit: Type.Integer({ minimum: 1, maximum: 10, default: 6 }),
  }),
  run: async (ctx, { q, limit }) => {
    const { index, articles } = await knowledgeBase(ctx)
    const hits = index.search(q, 10)
    // What covers far less than the best is noise to whoever reads a list.
    const near = hits.filter(({ score }) => score >= hits[0]!.score / 4)
    return {
      outcome: decide(hits).kind,
      articles: near.slice(0, limit).map(({ id }) => articles.get(id)!),
    }
  },
})
