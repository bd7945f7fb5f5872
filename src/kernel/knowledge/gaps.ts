import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import { notFound } from '../../core/errors.ts'
import { type NewEvent, record } from '../../core/event.ts'
import { announce } from '../../core/live.ts'
import { operation } from '../../core/operation.ts'
import { bigrams } from '../../core/search.ts'
import { ask } from './base.ts'

export type AskedWhere = 'chat' | 'desk' | 'search' | 'line'

/**
 * Puts a question that got no answer on the editors' list, beside similar ones. What looks like a
 * number or an address of a person is struck out first; the chain gets a keyed digest only.
 */
export async function noteUnanswered(
  ctx: Ctx,
  given: { readonly question: string; readonly source: AskedWhere; readonly agency?: string },
): Promise<void> {
  const question = struckOut(given.question).slice(0, 500)
  const grams = bigrams(question)
  if (grams.length === 0) return
  const near = await row(
    ctx.db,
    sql<{ id: string | null; agency: string | null }>`
      select * from knowledge.similar_gap(${grams}::text[])`,
  )
  const agency = near?.id ? near.agency : (given.agency ?? (await likelyAgency(ctx, question)))
  const gap = near?.id ?? randomUUID()
  if (!near?.id)
    await sql`insert into knowledge.gap (id, question, grams, agency, first_at, state)
      values (${gap}, ${question}, ${grams}::text[], ${agency}, ${ctx.now}, 'open')`.execute(ctx.db)
  await sql`insert into knowledge.asked (id, gap, agency, question, source, at)
    values (${randomUUID()}, ${gap}, ${agency}, ${question}, ${given.source}, ${ctx.now})`.execute(
    ctx.db,
  )
  await record(ctx, {
    record: gap,
    type: 'knowledge.unanswered',
    agency,
    data: { source: given.source },
    personal: question,
  })
  await announce(ctx, 'knowledge-gaps')
}

/** Runs of five digits and more, identity numbers and e-mail addresses become ○. */
export const struckOut = (text: string): string =>
  text
    .replace(/[^\s@，。；：]+@[^\s@，。；：]+/gu, '○')
    .replace(/[a-zａ-ｚ]?[\d０-９][\d０-９\- ]{3,}[\d０-９]/giu, '○')

/** The agency of the nearest article, when one comes near; else nobody's until an editor looks. */
async function likelyAgency(ctx: Ctx, question: string): Promise<string | null> {
  const reply = await ask(ctx, question)
  if (reply.kind === 'answer') return reply.article.agency
  return reply.kind === 'suggest' ? (reply.articles[0]?.agency ?? null) : null
}

/** A question nobody answered yet, with how often it was asked in whatever words. */
export type Gap = {
  readonly id: string
  readonly question: string
  readonly agency: string | null
  readonly times: number
  readonly sources: readonly AskedWhere[]
  readonly firstAt: Date
  readonly lastAt: Date
  readonly phrasings: readonly string[]
}

/** The open list, what is asked most first; up to 200. */
export const listGaps = operation({
  name: 'knowledge.gaps',
  title: { zh: '未能回答的問題', en: 'Questions without an answer' },
  permission: 'knowledge.edit',
  reads: true,
  input: Type.Object({}),
  run: (ctx) =>
    rows(
      ctx.db,
      sql<Gap>`select g.id, g.question, g.agency, count(*) as times,
          array_agg(distinct a.source) as sources, g.first_at as "firstAt",
          max(a.at) as "lastAt", (array_agg(distinct a.question))[1:5] as phrasings
        from knowledge.gap g join knowledge.asked a on a.gap = g.id
        where g.state = 'open'
        group by g.id order by count(*) desc, max(a.at) desc limit 200`,
    ),
})

/** Someone searched, found nothing that answers, and says so. */
export const reportMissing = operation({
  name: 'knowledge.missing',
  title: { zh: '告訴機關缺少的答案', en: 'Report a missing answer' },
  permission: 'public',
  input: Type.Object({ question: Type.String({ minLength: 2, maxLength: 500 }) }),
  run: async (ctx, { question }) => {
    await noteUnanswered(ctx, { question, source: 'search' })
    // A question of nothing but signs is dropped, which changes nothing.
    if (ctx.recorded.count === 0) ctx.recorded.count++
  },
})

/** Takes a question off the list with a reason: no business of the city, or no question at all. */
export const dismissGap = operation({
  name: 'knowledge.dismiss',
  title: { zh: '不處理這個問題', en: 'Dismiss a question' },
  permission: 'knowledge.edit',
  input: Type.Object({
    gap: Type.String({ maxLength: 40 }),
    reason: Type.String({ minLength: 2, maxLength: 300 }),
  }),
  run: (ctx, { gap, reason }) => settleGap(ctx, gap, { reason }),
})

/** Ends an open question: an article answers it, or a reason dismisses it. */
export async function settleGap(
  ctx: Ctx,
  gap: string,
  by: { readonly article: string } | { readonly reason: string },
): Promise<void> {
  const [article, reason] = 'article' in by ? [by.article, null] : [null, by.reason]
  const state = article ? 'article' : 'dismissed'
  const settled = await row(
    ctx.db,
    sql<{ agency: string | null }>`update knowledge.gap
      set state = ${state}, article = ${article}, reason = ${reason}, settled_at = ${ctx.now}
      where id::text = ${gap} and state = 'open' returning agency`,
  )
  if (!settled) throw notFound({ zh: '這個問題', en: 'this question' })
  const { agency } = settled
  const data: NewEvent['data'] = article ? { article } : {}
  const type = `knowledge.gap-${state}`
  await record(ctx, { record: gap, type, agency, data, ...(reason && { personal: reason }) })
  await announce(ctx, 'knowledge-gaps')
}
