import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { rows } from '../../core/db.ts'
import { notFound } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { operation } from '../../core/operation.ts'
import { knowledgeBase } from './base.ts'
import { struckOut } from './gaps.ts'

/** Says whether an answer helped, and what was missing. Kept without a name. */
export const giveFeedback = operation({
  name: 'knowledge.feedback',
  title: { zh: '回饋問答有沒有幫助', en: 'Say whether an answer helped' },
  permission: 'public',
  input: Type.Object({
    article: Type.String({ maxLength: 60 }),
    helpful: Type.Boolean(),
    words: Type.String({ maxLength: 500, default: '' }),
    source: Type.Union(
      [Type.Literal('page'), Type.Literal('chat'), Type.Literal('desk'), Type.Literal('line')],
      { default: 'page' },
    ),
  }),
  run: async (ctx, { article, helpful, words, source }) => {
    const about = (await knowledgeBase(ctx)).articles.get(article)
    if (!about) throw notFound({ zh: '這則問答', en: 'this article' })
    const id = randomUUID()
    const kept = struckOut(words)
    await sql`insert into knowledge.feedback
      values (${id}, ${article}, ${about.no}, ${about.agency}, ${helpful}, ${kept}, ${source},
        ${ctx.now})`.execute(ctx.db)
    await record(ctx, {
      record: id,
      type: 'knowledge.feedback',
      agency: about.agency,
      data: { article, no: about.no, helpful, source },
      ...(kept && { personal: kept }),
    })
  },
})

/** What people said of an article, newest first. */
export type Heard = {
  readonly helpful: boolean
  readonly words: string
  readonly version: number
  readonly at: Date
}

/** The last hundred voices on an article, for its editors. */
export const heardOf = (ctx: Ctx, article: string): Promise<Heard[]> =>
  rows(
    ctx.db,
    sql<Heard>`select helpful, words, version, at from knowledge.feedback
      where article = ${article} order by at desc limit 100`,
  )
