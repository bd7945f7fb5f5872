import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { type Ctx, systemActor } from '../../core/context.ts'
import { one, row, rows } from '../../core/db.ts'
import { notFound, Refused } from '../../core/errors.ts'
import { pick } from '../../core/i18n.ts'
import { normalNumber } from '../../core/number.ts'
import { operation } from '../../core/operation.ts'
import { isPossible } from '../../kernel/cases/advance.ts'
import { namesFor } from '../../kernel/cases/open.ts'
import { takeStep } from '../../kernel/cases/operations.ts'
import { isInternal, sentenceOf } from '../../kernel/cases/pages/timeline-view.ts'
import type { TimelineRow } from '../../kernel/cases/queries.ts'
import { holdRecord } from '../../kernel/cases/store.ts'
import { dispatchCase } from '../../systems/dispatch/dispatch.ts'
import { brief, type Given, w3cDate } from './format.ts'
import { mostRows } from './requests.ts'
import { dateOf, mend } from './search.ts'

/** Our states in the words that clients of the updates extension know. */
const statuses: Readonly<Record<string, string>> = {
  received: 'open',
  assigned: 'in_progress',
  done: 'fixed',
  closed: 'closed',
  declined: 'no_further_action',
  returned: 'internal_referral',
  disputed: 'internal_referral',
  forwarded: 'not_councils_responsibility',
  merged: 'duplicate',
}

type Update = Pick<TimelineRow, 'seq' | 'type' | 'at' | 'data'> & { readonly no: string }

/**
 * The steps of public reports within a span of time, oldest first, at most 1,000: the extension
 * that others use to keep a copy up to date. Sentences of ours, no words of people.
 */
export const listUpdates = operation({
  name: 'open311.updates',
  title: { zh: '查詢通報的進度', en: 'List updates of service requests' },
  permission: 'public',
  reads: true,
  input: Type.Object({
    from: Type.String(),
    to: Type.String(),
    id: Type.Optional(Type.String()),
  }),
  run: async (ctx, { from, to, id }) => {
    const found = await rows(
      ctx.db,
      sql<Update>`select no, seq, type, at, coalesce(data, '{}') as data from cases.public_update
        where kind = ${dispatchCase.kind} and at >= ${new Date(from)} and at <= ${new Date(to)}
          and (${id ?? null}::text is null or no = ${id ?? null})
        order by at, no, seq limit ${mostRows}`,
    )
    const names = await namesFor(ctx, dispatchCase)
    // A step that keeps the state repeats the one before it.
    const last = new Map<string, string>()
    return found
      .filter(({ type }) => !isInternal(dispatchCase, type))
      .map((update) => {
        const state = String(update.data.state ?? last.get(update.no) ?? 'received')
        last.set(update.no, state)
        const line = { ...update, actor: '', actor_name: null, actor_agency: null }
        const said = sentenceOf(dispatchCase, names, {
          ...line,
          statement: null,
          note: null,
          files: [],
        })
        return {
          update_id: `${update.no}/${update.seq}`,
          service_request_id: update.no,
          status: statuses[state] ?? 'open',
          updated_datetime: w3cDate(update.at),
          description: pick(said, ctx.locale),
          media_url: '',
        }
      })
  },
})

/** The span of the parameters: the last day where none is given, 90 days at most. */
export function updatesOf(given: Given, now: Date): { from: string; to: string } {
  const day = 86_400_000
  const to = dateOf(given, 'end_date', 'T23:59:59.999') ?? now
  const from = dateOf(given, 'start_date', 'T00:00:00') ?? new Date(+to - day)
  if (+to < +from)
    throw mend('end_date', { zh: '結束時間早於開始時間。', en: 'The end lies before the start.' })
  if (+to - +from > 91 * day - 1)
    throw mend('end_date', {
      zh: '一次最多查 90 天，請分段查詢。',
      en: 'One search covers 90 days at most; ask in parts.',
    })
  return { from: from.toISOString(), to: to.toISOString() }
}

const posted = ['OPEN', 'REOPEN', 'FIXED', 'CLOSED'] as const

/** What the parameters of a posted update say. Refuses each unreadable one 400. */
export function updateOf(given: Given) {
  const first = (name: string) => given.get(name)?.[0]
  const missing = ['service_request_id', 'update_id', 'status', 'description'].find(
    (name) => first(name) === undefined,
  )
  if (missing) throw mend(missing, { zh: '請填這一欄。', en: 'This is needed.' })
  const status = first('status')!.toUpperCase()
  if (!posted.some((known) => known === status))
    throw mend('status', {
      zh: `沒有「${brief(status)}」這個狀態，請用 ${posted.join('、')}。`,
      en: `There is no status “${brief(status)}”; use ${posted.join(', ')}.`,
    })
  return {
    id: first('service_request_id')!,
    update: first('update_id')!,
    status,
    description: first('description')!.slice(0, 4000),
  }
}

/** A key for the client's update id, so that the same update is taken once. */
export const updateKey = (client: string, update: string): string =>
  createHash('sha256').update(`${client}:${update}`).digest('hex')

/**
 * Takes an update from the client that reported the case: its words join the case, FIXED and CLOSED
 * confirm a finished repair, OPEN and REOPEN send it back. Refuses 403 to any other client.
 */
export const postUpdate = operation({
  name: 'open311.update',
  title: { zh: '以 Open311 補充', en: 'Post an update by Open311' },
  permission: 'public',
  input: Type.Object({
    id: Type.String({ maxLength: 60 }),
    update: Type.String({ maxLength: 200 }),
    status: Type.String(),
    description: Type.String({ minLength: 1, maxLength: 4000 }),
  }),
  run: async (ctx, { id, update, status, description }) => {
    const no = normalNumber(id) ?? ''
    const { found } = await one(
      ctx.db,
      sql<{ found: string | null }>`
      select cases.public_id(${no}) as found`,
    )
    if (!found)
      throw notFound({
        zh: `service_request_id「${brief(id)}」的通報`,
        en: `a report with the service_request_id “${brief(id)}”`,
      })
    await holdRecord(ctx, found)
    const about = await row(
      ctx.db,
      sql<{ state: string; actor: string }>`select c.state, e.actor from cases.case c
        join core.event e on e.record = c.id and e.seq = 1
        where c.id = ${found} and c.kind = ${dispatchCase.kind}`,
    )
    if (about?.actor !== ctx.actor.id) throw notYours()
    const step = stepFor(about.state, status)
    if (!step) throw wrongTime()
    const input = step === 'confirm' ? {} : { statement: description, photos: [] }
    await takeStep(asClient(ctx), dispatchCase, step, no, input)
    return { update_id: update }
  },
})

function stepFor(state: string, status: string): string | undefined {
  const wanted = { OPEN: 'reopen', REOPEN: 'reopen', FIXED: 'confirm', CLOSED: 'confirm' }
  const names = [wanted[status as keyof typeof wanted], 'comment']
  return names.find((name) => isPossible(dispatchCase, state, dispatchCase.transitions[name]!))
}

/** The client stands for its reporter, whose code it was given; the event names the client. */
const asClient = (ctx: Ctx): Ctx => ({
  ...ctx,
  actor: { ...systemActor('open311'), id: ctx.actor.id },
})

const notYours = () =>
  new Refused('open311.not-yours', 403, {
    zh: 'service_request_id：只有當初通報的用戶端可以補充。',
    en: 'service_request_id: only the client that reported it may add to it.',
  })

const wrongTime = () =>
  new Refused('open311.ended', 400, {
    zh: 'service_request_id：這一案已經結束，請重新通報。',
    en: 'service_request_id: this report has ended; report it anew.',
  })
