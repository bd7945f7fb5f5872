import { sql } from 'kysely'
import { Type } from 'typebox'
import { rows } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import { operation } from '../../core/operation.ts'
import { seedId } from '../identity/seed.ts'
import { insertArticle, nextRevision } from './editing.ts'
import { cityArticles } from './pack.ts'

/**
 * Publishes the articles of the city pack that are not there yet. What an agency revised or took
 * down stays as the agency left it. Safe to repeat.
 */
export const seedArticles = operation({
  name: 'knowledge.seed',
  title: { zh: '載入問答', en: 'Load the articles' },
  permission: 'knowledge.import',
  input: Type.Object({}),
  run: async (ctx) => {
    const there = await rows(ctx.db, sql<{ id: string }>`select id from knowledge.article`)
    const known = new Set(there.map(({ id }) => id))
    const fresh = cityArticles(ctx.city).filter(({ id }) => !known.has(id))
    if (fresh.length === 0) {
      ctx.recorded.count++ // nothing to do is no change
      return
    }
    await nextRevision(ctx)
    for (const { id, ...words } of fresh) {
      const content = { links: [], item: null, ...words }
      await insertArticle(ctx, id, content, 'city-pack')
    }
    const data = { articles: fresh.length }
    await record(ctx, { record: seedId('knowledge'), type: 'knowledge.seeded', data })
  },
})
