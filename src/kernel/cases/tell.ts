import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { rows } from '../../core/db.ts'
import type { Locale } from '../../core/i18n.ts'
import { directory } from '../identity/directory.ts'
import { type Letter, notify } from '../messages/messages.ts'
import type { StepInput } from './advance.ts'
import { type CaseType, itemOf, type Transition } from './define.ts'
import type { CaseFile } from './file.ts'
import { leaveToken } from './followers.ts'

/**
 * Tells the reporter and everyone who follows the case of a step, where they left an address. A
 * step has words of its own or says its sentence of the timeline; notes among staff are not told.
 */
export async function tellPeople(
  ctx: Ctx,
  type: CaseType,
  name: string,
  file: CaseFile,
  input: StepInput,
): Promise<void> {
  const step = type.transitions[name]!
  if (step.internal) return
  const { row, party } = file
  const people: Addressed[] = await rows(
    ctx.db,
    sql<Addressed>`select id, email, locale from cases.follower
      where case_id = ${row.id} and left_at is null and email is not null`,
  )
  // Who took the step knows of it.
  if (party?.email && step.by !== 'reporter')
    people.push({ id: null, email: party.email, locale: party.locale })
  if (people.length === 0) return
  const letter = step.tell?.(file, input as never) ?? (await plainLetter(ctx, type, step, file))
  for (const { id, email, locale } of people) {
    const to = { channel: 'email', address: email, locale } as const
    // Who reported opens the case by its code; who joined it sees its public page.
    const link = id === null ? `/follow/${row.no}` : `/reported/${row.no}`
    const text = id === null ? letter : withLeave(letter, ctx, id)
    await notify(ctx, to, text, { record: row.id, link })
  }
}

type Addressed = { readonly id: string | null; readonly email: string; readonly locale: Locale }

/** A follower can stop the letters from each of them. */
function withLeave({ subject, body }: Letter, ctx: Ctx, id: string): Letter {
  const url = `${ctx.config.origin}/leave/${leaveToken(ctx.config.secret, id)}`
  return {
    subject,
    body: {
      zh: `${body.zh}\n\n不想再收到：${url}`,
      en: `${body.en}\n\nStop these e-mails: ${url}`,
    },
  }
}

/** What happened, what it means now, and by when: in plain words. */
async function plainLetter(
  ctx: Ctx,
  type: CaseType,
  step: Transition,
  { row, added }: CaseFile,
): Promise<Letter> {
  const agencies = await directory(ctx)
  const names = {
    agency: (id: string) => agencies.name(id),
    item: (code: string) => itemOf(type, ctx.city, code)?.name ?? { zh: code, en: code },
  }
  const said = step.sentence(added.events.at(-1)?.data ?? {}, names)
  const state = type.states[row.state]!
  return {
    subject: { zh: `${row.no} ${state.title.zh}`, en: `${row.no} ${state.title.en}` },
    body: { zh: `${said.zh}\n${state.means.zh}`, en: `${said.en}\n${state.means.en}` },
  }
}
