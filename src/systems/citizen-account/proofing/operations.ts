import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../../core/context.ts'
import { row, rows } from '../../../core/db.ts'
import { invalid, notFound, Refused } from '../../../core/errors.ts'
import { record } from '../../../core/event.ts'
import type { Text } from '../../../core/i18n.ts'
import { operation } from '../../../core/operation.ts'
import { accountById } from '../../../kernel/identity/accounts.ts'
import {
  documents,
  keepLook,
  letCount,
  proofingsOf,
  type Seen,
} from '../../../kernel/identity/proofing.ts'
import { noteFailure, restsUntil, type Tried } from '../../../kernel/identity/tries.ts'
import { ownAccount } from '../methods/guard.ts'
import { claimCode, makeCode, useCode } from './code.ts'
import { tellProofed } from './letters.ts'

const permission = 'identity.proof'
const waitsHours = 24

/** What was done to make sure of the own account, the newest first. */
export const ownProofings = operation({
  name: 'citizen-account.proofings',
  title: { zh: '我的身分查驗', en: 'How my identity was checked' },
  permission: 'account',
  reads: true,
  input: Type.Object({}),
  run: async (ctx) => {
    const { identity_level } = await ownAccount(ctx)
    const all = await proofingsOf(ctx.db, ctx.actor.id)
    // The digest finds people; it is nobody's business outside.
    return { level: identity_level, proofings: all.map(({ subject: _, ...one }) => one) }
  },
})

/** Shows the owner eight digits by which an officer finds their account, for ten minutes. */
export const showCode = operation({
  name: 'citizen-account.show-proofing-code',
  title: { zh: '顯示查驗代碼', en: 'Show a code for the counter' },
  permission: 'account',
  input: Type.Object({}),
  run: async (ctx) => {
    const { id } = await ownAccount(ctx)
    const made = await makeCode(ctx, id)
    await record(ctx, { record: id, type: 'identity.proofing-code-shown' })
    return made
  },
})

/** Guessing codes would be browsing people. */
const guesses = ({ actor }: Ctx): readonly Tried[] => [
  { key: `proofing:${actor.id}`, rule: { most: 5, minutes: 15 } },
]

/** Whose code it is. A wrong one is an answer, not a refusal: what was counted stays. */
export const findByCode = operation({
  name: 'citizen-account.find-by-proofing-code',
  title: { zh: '以代碼找帳號', en: 'Find an account by its code' },
  permission,
  input: Type.Object({ code: Type.String({ maxLength: 40 }) }),
  run: async (ctx, { code }): Promise<{ name: string; level: number } | { refused: Text }> => {
    const resting = await restsUntil(ctx, guesses(ctx))
    const id = resting ? null : await claimCode(ctx, code)
    const account = id ? await accountById(ctx.db, id) : undefined
    if (!account) {
      if (!resting) await noteFailure(ctx, guesses(ctx))
      await record(ctx, { record: ctx.actor.id, type: 'identity.proofing-not-found' })
      return { refused: resting ? tooMany : noSuchCode }
    }
    if (account.id === ctx.actor.id) return refusedOwn(ctx)
    await record(ctx, { record: account.id, type: 'identity.proofing-opened' })
    return { name: account.name, level: account.identity_level }
  },
})

async function refusedOwn(ctx: Ctx) {
  await record(ctx, { record: ctx.actor.id, type: 'identity.proofing-not-found' })
  return { refused: ownOne }
}

/** The first look: which document was seen. Another officer must look before it counts. */
export const recordLook = operation({
  name: 'citizen-account.record-proofing',
  title: { zh: '登錄查驗的證件', en: 'Record which document was seen' },
  permission,
  input: Type.Object({
    code: Type.String({ maxLength: 40 }),
    document: Type.Union(documents.map((one) => Type.Literal(one))),
    lastFour: Type.String({ maxLength: 10 }),
    same: Type.Boolean(),
  }),
  run: async (ctx, { code, document, lastFour, same }) => {
    const last = lastFour.normalize('NFKC').trim().toUpperCase()
    if (!/^[0-9A-Z]{4}$/.test(last)) throw invalid({ lastFour: fourOnly })
    if (!same) throw invalid({ same: mustBeSame })
    const account = await useCode(ctx, code)
    if (!account || account === ctx.actor.id) throw codeGone()
    await endWaiting(ctx, account)
    const evidence: Seen = { document, lastFour: last }
    const id = await keepLook(ctx, { account, how: 'counter', evidence })
    await record(ctx, {
      ...{ record: account, type: 'identity.proofing-looked', agency: ctx.actor.agency },
      data: { proofing: id, document },
      personal: { lastFour: last },
    })
    return { id }
  },
})

const endWaiting = ({ db, now }: Ctx, account: string) =>
  sql`update identity.proofing set ended_at = ${now}, ended_why = 'late'
    where account = ${account} and at is null and ended_at is null`.execute(db)

/** A first look that waits for the second. */
export type WaitingLook = {
  readonly id: string
  readonly account: string
  readonly name: string
  readonly evidence: Seen
  readonly first_by: string
  readonly first_name: string
  readonly first_at: Date
}

const waiting = (ctx: Ctx, id: string | null) =>
  rows(
    ctx.db,
    sql<WaitingLook>`select p.id::text, p.account::text, a.name, p.evidence, p.first_by, p.first_at,
        coalesce(s.name, '') as first_name
      from identity.proofing p
      join identity.account a on a.id = p.account and a.closed_at is null
      left join identity.account s on s.id::text = p.first_by
      where p.how = 'counter' and p.at is null and p.ended_at is null
        and p.first_at > ${new Date(+ctx.now - waitsHours * 3_600_000)}
        and (${id}::text is null or p.id::text = ${id}) order by p.first_at`,
  )

/** The looks that wait for another officer's, for a day. */
export const listWaitingLooks = operation({
  name: 'citizen-account.waiting-proofings',
  title: { zh: '等待複核的查驗', en: 'Checks that wait for a second look' },
  permission,
  reads: true,
  input: Type.Object({}),
  run: (ctx) => waiting(ctx, null),
})

const which = Type.Object({ id: Type.String({ maxLength: 100 }) })

/** The second look, by another officer: the identity counts as checked from now on. */
export const confirmLook = operation({
  name: 'citizen-account.confirm-proofing',
  title: { zh: '複核查驗', en: 'Confirm a check' },
  permission,
  input: which,
  run: async (ctx, { id }) => {
    const one = await oneOfAnother(ctx, id)
    await letCount(ctx, one.id, ctx.actor.id)
    await recordSecond(ctx, one, 'identity.proofing-confirmed')
    await tellProofed(ctx, one.account, 'confirmed')
  },
})

/** The second look found something wrong: nothing counts, and the row says so. */
export const declineLook = operation({
  name: 'citizen-account.decline-proofing',
  title: { zh: '退回查驗', en: 'Decline a check' },
  permission,
  input: which,
  run: async (ctx, { id }) => {
    const one = await oneOfAnother(ctx, id)
    await sql`update identity.proofing set ended_at = ${ctx.now}, ended_why = 'declined',
      second_by = ${ctx.actor.id} where id = ${one.id}`.execute(ctx.db)
    await recordSecond(ctx, one, 'identity.proofing-declined')
    await tellProofed(ctx, one.account, 'declined')
  },
})

const recordSecond = (ctx: Ctx, { id, account }: WaitingLook, type: string) =>
  record(ctx, { record: account, type, agency: ctx.actor.agency, data: { proofing: id } })

/** A waiting look that this officer may judge: neither their own nor of their own account. */
async function oneOfAnother(ctx: Ctx, id: string): Promise<WaitingLook> {
  // Two who confirm at once wait for each other; the second finds nothing.
  await row(ctx.db, sql`select id from identity.proofing where id::text = ${id} for update`)
  const [one] = await waiting(ctx, id)
  if (!one) throw notFound({ zh: '這筆等待複核的查驗', en: 'this check that waits' })
  if (one.first_by === ctx.actor.id || one.account === ctx.actor.id)
    throw new Refused('identity.second-look', 409, {
      zh: '第一次查驗是您做的，或是您自己的帳號。請另一位同仁複核。',
      en: 'The first look was yours, or the account is. Ask a colleague for the second look.',
    })
  return one
}

const codeGone = () =>
  new Refused('identity.proofing-code', 409, {
    zh: '代碼已經過期或用過了。請市民重新顯示代碼，再從頭輸入。',
    en: 'The code ran out or was used. Ask for a new one and begin again.',
  })

const noSuchCode: Text = {
  zh: '找不到這組代碼。請核對八位數字；代碼十分鐘內有效，也可能已由另一位同仁受理。',
  en: 'There is no such code. Check the eight digits; it lasts ten minutes, for one officer.',
}
const tooMany: Text = {
  zh: '代碼連續輸錯五次，請十五分鐘後再試。',
  en: 'Five codes were wrong. Try again in fifteen minutes.',
}
const ownOne: Text = {
  zh: '這是您自己的帳號。請另一位同仁辦理。',
  en: 'This is your own account. Ask a colleague.',
}
const fourOnly: Text = {
  zh: '請輸入證件號碼最後四碼，只要四個英文字母或數字。',
  en: 'Type the last four characters of its number: letters or digits, four only.',
}
const mustBeSame: Text = {
  zh: '照片、本人和姓名都相符才能登錄；不符時請不要辦理。',
  en: 'Only where the photograph, the person and the name agree; if not, do not go on.',
}
