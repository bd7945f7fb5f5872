import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Ctx } from '../../../core/context.ts'
import { insertRows, row } from '../../../core/db.ts'
import { record } from '../../../core/event.ts'
import { announce } from '../../../core/live.ts'
import { normalNumber } from '../../../core/number.ts'
import { operation } from '../../../core/operation.ts'
import { noteBounce, notify } from '../../messages/messages.ts'
import { isPossible } from '../advance.ts'
import type { CaseType } from '../define.ts'
import { keepInteraction } from '../interactions.ts'
import { takeStep } from '../operations.ts'
import { holdRecord } from '../store.ts'

const Given = Type.Object({
  id: Type.String({ maxLength: 998 }),
  from: Type.String({ maxLength: 320 }),
  name: Type.String({ maxLength: 200 }),
  subject: Type.String({ maxLength: 998 }),
  text: Type.String(),
  said: Type.String(),
  answers: Type.Array(Type.String()),
  automatic: Type.Boolean(),
  bounce: Type.Union([
    Type.Null(),
    Type.Object({ of: Type.String(), status: Type.String({ maxLength: 20 }) }),
  ]),
  /** Addresses of the kept attachments. */
  files: Type.Array(Type.String()),
})

type Mail = Static<typeof Given>

/** What became of an e-mail: joined to a case, a bounce noted, put aside, or nothing to do. */
export type Taken = 'joined' | 'bounce' | 'unfiled' | 'ignored'

/**
 * Takes one e-mail: a bounce marks the letter that came back; an answer joins the case of the
 * letter that it answers, or of the number in its subject when the sender is that case's person;
 * anything else waits for an operator. The same message is taken once.
 */
export const takeMailFor = (types: readonly CaseType[]) =>
  operation({
    name: 'cases.take-mail',
    title: { zh: '收電子郵件', en: 'Take an e-mail' },
    permission: 'cases.take-mail',
    input: Given,
    run: async (ctx, mail): Promise<Taken> => {
      ctx.recorded.count++ // a message taken before, or by a robot, changes nothing
      if (mail.bounce) return takeBounce(ctx, types, mail.bounce)
      if (mail.automatic) return 'ignored'
      const known = await row(
        ctx.db,
        sql`select id from cases.interaction where kind = 'mail' and reference = ${mail.id}`,
      )
      if (known) return 'ignored'
      const about = await caseOf(ctx, mail)
      const type = types.find(({ kind }) => kind === about?.kind)
      await keepInteraction(
        ctx,
        {
          kind: 'mail',
          reference: mail.id,
          at: ctx.now,
          summary: mail.subject,
          lines: [{ at: ctx.now.toISOString(), who: 'citizen', text: mail.text }],
        },
        about?.id ?? null,
      )
      if (!about || !type) {
        await announce(ctx, 'mail')
        return 'unfiled'
      }
      await join(ctx, type, about, mail)
      return 'joined'
    },
  })

type About = { id: string; no: string; kind: string; state: string; assignee: string | null }

/** The case of the letter that it answers; else the sender's own case that its subject names. */
async function caseOf(ctx: Ctx, mail: Mail): Promise<About | undefined> {
  const letters = mail.answers.map((id) => id.split('@')[0] ?? '').filter(isUuid)
  const answered = await row(
    ctx.db,
    sql<About>`select c.id, c.no, c.kind, c.state, c.assignee from messages.message m
      join cases.case c on c.id = m.about
      where m.id = any (${letters}::uuid[]) and lower(m.recipient) = ${mail.from} limit 1`,
  )
  if (answered) return answered
  const no = normalNumber(/[A-Z]\d{3}-\d{6,9}-\d/.exec(mail.subject.normalize('NFKC'))?.[0] ?? '')
  if (!no) return undefined
  const named = await row(
    ctx.db,
    sql<About>`select id, no, kind, state, assignee from cases.case where no = ${no}`,
  )
  if (!named) return undefined
  await sql`select set_config('takao.party', ${named.id}, true)`.execute(ctx.db)
  const theirs = await row(
    ctx.db,
    sql`select from cases.party where case_id = ${named.id} and lower(email) = ${mail.from}`,
  )
  return theirs ? named : undefined
}

const isUuid = (text: string) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(text)

/** Puts the words into the case: as the completion that was asked for, else as an event. */
async function join(ctx: Ctx, type: CaseType, about: About, mail: Mail): Promise<void> {
  await holdRecord(ctx, about.id)
  const complete = type.transitions.complete
  if (complete && isPossible(type, about.state, complete)) {
    await takeStep(ctx, type, 'complete', about.no, { statement: mail.said, photos: [] })
    await attach(ctx, about.id, mail.files)
  } else {
    await record(ctx, {
      record: about.id,
      type: `${type.kind}.mailed`,
      data: { files: mail.files },
      personal: [mail.subject, mail.text],
    })
    const link = await row(
      ctx.db,
      sql<{ seq: number }>`select seq from core.last_link(${about.id})`,
    )
    const said = { case_id: about.id, seq: link?.seq ?? 1, audience: 'staff', text: mail.said }
    await insertRows(ctx.db, 'cases.statement', ['case_id', 'seq', 'audience', 'text'], [said])
    await attach(ctx, about.id, mail.files)
  }
  await tellOfficer(ctx, type, about, {
    zh: `${about.no} 收到民眾來信`,
    en: `${about.no}: an e-mail came`,
  })
}

/** Keeps what was attached with the event that was just written. */
async function attach(ctx: Ctx, id: string, files: readonly string[]): Promise<void> {
  const link = await row(ctx.db, sql<{ seq: number }>`select seq from core.last_link(${id})`)
  const rows = files.map((sha256) => ({
    case_id: id,
    seq: link?.seq ?? 1,
    sha256,
    purpose: 'document',
  }))
  const columns = ['case_id', 'seq', 'sha256', 'purpose'] as const
  await insertRows(ctx.db, 'cases.attachment', columns, rows, 'on conflict do nothing')
}

async function takeBounce(
  ctx: Ctx,
  types: readonly CaseType[],
  { of, status }: { of: string; status: string },
): Promise<Taken> {
  const letter = of.split('@')[0] ?? ''
  if (!isUuid(letter)) return 'ignored'
  const about = await noteBounce(ctx, letter, status)
  if (!about) return 'ignored'
  await holdRecord(ctx, about)
  const found = await row(
    ctx.db,
    sql<About>`select id, no, kind, state, assignee from cases.case where id = ${about}`,
  )
  const type = types.find(({ kind }) => kind === found?.kind)
  if (!found || !type) return 'bounce'
  await record(ctx, { record: found.id, type: `${type.kind}.bounced`, data: { status } })
  await tellOfficer(ctx, type, found, {
    zh: `${found.no} 的信退回來了，請改用電話或書面通知`,
    en: `${found.no}: a letter came back; tell the person another way`,
  })
  return 'bounce'
}

async function tellOfficer(
  ctx: Ctx,
  type: CaseType,
  about: About,
  subject: { zh: string; en: string },
): Promise<void> {
  await announce(ctx, `cases:${type.kind}`)
  if (!about.assignee) return
  const link = `/desk/${type.kind}/${about.no}`
  const to = { channel: 'inbox', staff: about.assignee } as const
  await notify(
    ctx,
    to,
    { subject, body: { zh: about.no, en: about.no } },
    { record: about.id, link },
  )
}
