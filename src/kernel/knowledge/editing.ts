import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { canonical, sha256Hex } from '../../core/canonical.ts'
import type { Actor, Ctx } from '../../core/context.ts'
import { one, row } from '../../core/db.ts'
import { forbidden, invalid, notFound, Refused } from '../../core/errors.ts'
import { type Json, record } from '../../core/event.ts'
import { isDay, isoDate } from '../../core/format.ts'
import { announce } from '../../core/live.ts'
import { operation } from '../../core/operation.ts'
import { directory } from '../identity/directory.ts'
import type { Article } from './articles.ts'
import { settleGap } from './gaps.ts'
import { cityTopics, intentOrNone } from './pack.ts'

const words = Type.Object({
  zh: Type.String({ minLength: 2, maxLength: 3000 }),
  en: Type.String({ minLength: 2, maxLength: 3000 }),
})

/** What an editor writes. */
export const articleInput = Type.Object({
  topic: Type.String({ minLength: 1, maxLength: 60 }),
  agency: Type.String({ minLength: 1, maxLength: 60 }),
  question: words,
  variants: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
    maxItems: 40,
    default: [],
  }),
  answer: words,
  links: Type.Array(
    Type.Object({ href: Type.String({ pattern: '^(https?://|/)\\S+$' }), title: words }),
    { maxItems: 8, default: [] },
  ),
  intent: Type.Union(intentOrNone.anyOf, { default: null }),
  item: Type.Union([Type.String({ maxLength: 60 }), Type.Null()], { default: null }),
  reviewed: Type.Optional(Type.String({ description: 'civil day; today when absent' })),
  reviewBy: Type.Optional(Type.String({ description: 'civil day; a year after the review' })),
})

type Content = Static<typeof articleInput>

const id = Type.String({ minLength: 1, maxLength: 60 })
const no = Type.Integer({ minimum: 1, description: 'the version that the editor saw' })
const reason = Type.String({ minLength: 2, maxLength: 300 })

/** Publishes a new article; `gap` names the open question that it answers. */
export const createArticle = operation({
  name: 'knowledge.create',
  title: { zh: '新增問答', en: 'Write an article' },
  permission: 'knowledge.edit',
  input: Type.Object({ ...articleInput.properties, gap: Type.Optional(Type.String()) }),
  output: Type.Object({ id: Type.String() }),
  run: async (ctx, { gap, ...content }) => {
    const created = `${content.topic}-${await nextRevision(ctx)}`
    await insertArticle(ctx, created, content, 'written')
    if (gap) await settleGap(ctx, gap, { article: created })
    return { id: created }
  },
})

/** Publishes new words for an article. Refuses 409 where someone else was faster. */
export const reviseArticle = operation({
  name: 'knowledge.revise',
  title: { zh: '修訂問答', en: 'Revise an article' },
  permission: 'knowledge.edit',
  input: Type.Object({ id, no, reason, ...articleInput.properties }),
  run: async (ctx, { id, no, reason, ...content }) => {
    const before = await lockArticle(ctx, id, no)
    await checkContent(ctx, content)
    await nextRevision(ctx)
    await endVersion(ctx, id)
    await insertVersion(ctx, id, no + 1, content, reason)
    await sql`update knowledge.article set version = ${no + 1}, topic = ${content.topic},
      agency = ${content.agency} where id = ${id}`.execute(ctx.db)
    await note(ctx, before.record, 'knowledge.revised', id, no + 1, content)
  },
})

/** Says that the answer still holds: the same words with a new day of review, as a version. */
export const reviewArticle = operation({
  name: 'knowledge.review',
  title: { zh: '確認問答仍正確', en: 'Confirm an article' },
  permission: 'knowledge.edit',
  input: Type.Object({ id, no }),
  run: async (ctx, { id, no }) => {
    const before = await lockArticle(ctx, id, no)
    await nextRevision(ctx)
    await endVersion(ctx, id)
    const { reviewed, reviewBy } = reviewDays(ctx, {})
    await sql`insert into knowledge.version
      select article, no + 1, topic, agency, question, variants, answer, links, intent, item,
        ${reviewed}, ${reviewBy}, 'reviewed', ${ctx.actor.id}, ${ctx.now}
      from knowledge.version where article = ${id} and no = ${no}`.execute(ctx.db)
    await sql`update knowledge.article set version = ${no + 1} where id = ${id}`.execute(ctx.db)
    const data = { article: id, no: no + 1, reviewed }
    await record(ctx, { record: before.record, type: 'knowledge.reviewed', data })
    await announce(ctx, 'knowledge')
  },
})

/** Takes an article off the pages; its versions stay with the editors. */
export const retireArticle = operation({
  name: 'knowledge.retire',
  title: { zh: '下架問答', en: 'Retire an article' },
  permission: 'knowledge.edit',
  input: Type.Object({ id, no, reason }),
  run: async (ctx, { id, no, reason }) => {
    const before = await lockArticle(ctx, id, no)
    await nextRevision(ctx)
    await endVersion(ctx, id)
    await sql`update knowledge.article set state = 'retired' where id = ${id}`.execute(ctx.db)
    const data = { article: id, no, reason }
    await record(ctx, {
      record: before.record,
      type: 'knowledge.retired',
      agency: before.agency,
      data,
    })
    await announce(ctx, 'knowledge')
  },
})

/** Inserts an article with its first version and event. The caller has moved the revision on. */
export async function insertArticle(
  ctx: Ctx,
  id: string,
  content: Content,
  reason: string,
): Promise<void> {
  await checkContent(ctx, content)
  const recordId = randomUUID()
  await sql`insert into knowledge.article (id, record, topic, agency, state, version)
    values (${id}, ${recordId}, ${content.topic}, ${content.agency}, 'published', 1)`.execute(
    ctx.db,
  )
  await insertVersion(ctx, id, 1, content, reason)
  await note(ctx, recordId, 'knowledge.published', id, 1, content)
}

/** Moves the revision on, which every index looks at; editors take turns by its row. */
export async function nextRevision(ctx: Ctx): Promise<number> {
  const { n } = await one(
    ctx.db,
    sql<{ n: number }>`update knowledge.revision set n = n + 1 returning n`,
  )
  return n
}

async function insertVersion(
  ctx: Ctx,
  id: string,
  no: number,
  content: Content,
  reason: string,
): Promise<void> {
  const { reviewed, reviewBy } = reviewDays(ctx, content)
  await sql`insert into knowledge.version
    values (${id}, ${no}, ${content.topic}, ${content.agency},
      ${JSON.stringify(content.question)}::jsonb, ${content.variants}::text[],
      ${JSON.stringify(content.answer)}::jsonb, ${JSON.stringify(content.links)}::jsonb,
      ${content.intent}, ${content.item}, ${reviewed}, ${reviewBy}, ${reason},
      ${ctx.actor.id}, ${ctx.now})`.execute(ctx.db)
}

async function checkContent(ctx: Ctx, { topic, agency }: Content): Promise<void> {
  if (!cityTopics(ctx.city).some(({ code }) => code === topic))
    throw invalid({ topic: { zh: '請選一個主題。', en: 'Choose a topic.' } })
  if (!(await directory(ctx)).get(agency))
    throw invalid({ agency: { zh: '沒有這個機關。', en: 'There is no such agency.' } })
  mayWriteFor(ctx, agency)
}

/** The content is public, so its digest may stand in the chain as it is. */
async function note(
  ctx: Ctx,
  recordId: string,
  type: string,
  id: string,
  no: number,
  content: Content,
): Promise<void> {
  const { topic, agency } = content
  const hash = sha256Hex(canonical(content as unknown as Json))
  const data = { article: id, no, topic, content: hash }
  await record(ctx, { record: recordId, type, agency, data })
  await announce(ctx, 'knowledge')
}

type Locked = { readonly record: string; readonly agency: string; readonly version: number }

async function lockArticle(ctx: Ctx, id: string, no: number): Promise<Locked> {
  const found = await row(
    ctx.db,
    sql<Locked>`select record, agency, version from knowledge.article
      where id = ${id} and state = 'published' for update`,
  )
  if (!found) throw notFound({ zh: '這則問答', en: 'this article' })
  mayWriteFor(ctx, found.agency)
  if (found.version !== no)
    throw new Refused('knowledge.changed', 409, {
      zh: '別人剛修訂了這則問答。請重新載入，再改一次。',
      en: 'Someone just revised this article. Load it again and change that version.',
    })
  return found
}

const endVersion = (ctx: Ctx, id: string) =>
  sql`update knowledge.version set published_to = ${ctx.now}
    where article = ${id} and published_to is null`.execute(ctx.db)

/** An agency stands for its own answers only. Row-level security says the same. */
function mayWriteFor({ actor }: Ctx, agency: string): void {
  if (!writesFor(actor, agency)) throw forbidden()
}

/** Whether someone edits the articles of an agency. */
export const writesFor = (actor: Actor, agency: string): boolean =>
  actor.kind === 'system' ||
  actor.grants.some(
    ({ permission, scope, agencies }) =>
      permission === 'knowledge.edit' && (scope === 'city' || agencies.includes(agency)),
  )

/** The day of the review, today unless said, and the day of the next, a year later unless said. */
function reviewDays(
  ctx: Ctx,
  given: Pick<Content, 'reviewed' | 'reviewBy'>,
): Pick<Article, 'reviewed' | 'reviewBy'> {
  const reviewed = given.reviewed ?? isoDate(ctx.now)
  const yearLater = `${Number(reviewed.slice(0, 4)) + 1}${reviewed.slice(4)}`
  const reviewBy =
    given.reviewBy ?? (isDay(yearLater) ? yearLater : yearLater.replace('-29', '-28'))
  if (!isDay(reviewed) || !isDay(reviewBy) || reviewBy <= reviewed)
    throw invalid({
      reviewBy: {
        zh: '下次複審日要晚於本次複審日。',
        en: 'The next review comes after this one.',
      },
    })
  return { reviewed, reviewBy }
}
