import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../../core/context.ts'
import { row } from '../../../core/db.ts'
import { invalid, notFound, Refused } from '../../../core/errors.ts'
import { record } from '../../../core/event.ts'
import type { Text } from '../../../core/i18n.ts'
import { operation } from '../../../core/operation.ts'
import { type Account, accountById } from '../../../kernel/identity/accounts.ts'
import { noteFailure, restsUntil, type Tried } from '../../../kernel/identity/tries.ts'
import { claimCode } from '../proofing/code.ts'
import { addCard, type CardRow, cardsOf, livingCard, setCard } from './cards.ts'
import { tellOfCard } from './letters.ts'
import { cardNumber, numberDigest } from './number.ts'

/** What an officer needs for physical cards, over the whole city. */
export const deskPermission = 'citizen-account.card'

const code = Type.String({ maxLength: 40 })

/** Guessing codes would be browsing people. */
const guesses = ({ actor }: Ctx): readonly Tried[] => [
  { key: `card:${actor.id}`, rule: { most: 5, minutes: 15 } },
]

/** Whose cards an officer sees: of whoever read them the code. */
export type Holder = { readonly name: string; readonly cards: readonly DeskCard[] }
export type DeskCard = Pick<CardRow, 'id' | 'kind' | 'state' | 'last_four' | 'issued_at'>

/** The person of a code and their cards. A wrong one is an answer: what was counted stays. */
export const findHolder = operation({
  name: 'citizen-account.find-card-holder',
  title: { zh: '以代碼找市民卡', en: 'Find cards by a code' },
  permission: deskPermission,
  input: Type.Object({ code }),
  run: async (ctx, { code }): Promise<Holder | { refused: Text }> => {
    const resting = await restsUntil(ctx, guesses(ctx))
    const account = resting ? undefined : await holderOf(ctx, code)
    if (!account) {
      if (!resting) await noteFailure(ctx, guesses(ctx))
      await record(ctx, { record: ctx.actor.id, type: 'card.holder-not-found' })
      return { refused: resting ? tooMany : noSuchCode }
    }
    await record(ctx, { record: account.id, type: 'card.opened-at-desk' })
    const cards = await cardsOf(ctx, account.id)
    return {
      name: account.name,
      cards: cards
        .filter(({ state }) => state !== 'ended')
        .map(({ id, kind, state, last_four, issued_at }) => ({
          ...{ id, kind, state, last_four, issued_at },
        })),
    }
  },
})

/** Their own account is another officer's: they would vouch for themselves. */
async function holderOf(ctx: Ctx, code: string): Promise<Account | undefined> {
  const id = await claimCode(ctx, code)
  return id && id !== ctx.actor.id ? accountById(ctx.db, id) : undefined
}

/** Maps a physical card to the person who stands there. */
export const addPhysicalCard = operation({
  name: 'citizen-account.add-physical-card',
  title: { zh: '登錄實體市民卡', en: 'Add a physical card' },
  permission: deskPermission,
  input: Type.Object({ code, number: Type.String({ maxLength: 60 }) }),
  run: async (ctx, { code, number }) => {
    const bare = cardNumber(number)
    if (!bare) throw invalid({ number: wrongNumber })
    const account = await claimedHolder(ctx, code)
    const digest = numberDigest(ctx.config, bare)
    const taken = await row(
      ctx.db,
      sql`select from citizen_card.card where number = ${digest} and state <> 'ended'`,
    )
    if (taken) throw invalid({ number: takenNumber })
    await addCard(ctx, account.id, { digest, number: bare })
    await tellOfCard(ctx, account, 'added')
  },
})

/** Ends a card of the person who stands there. */
export const endCardAtDesk = operation({
  name: 'citizen-account.end-card',
  title: { zh: '註銷市民卡', en: 'End a card' },
  permission: deskPermission,
  input: Type.Object({ code, id: Type.String({ maxLength: 100 }) }),
  run: async (ctx, { code, id }) => {
    const account = await claimedHolder(ctx, code)
    const card = await livingCard(ctx, account.id, id)
    if (!card) throw notFound({ zh: '這張市民卡', en: 'this card' })
    await setCard(ctx, card, 'ended')
    await tellOfCard(ctx, account, 'stopped')
  },
})

async function claimedHolder(ctx: Ctx, code: string): Promise<Account> {
  const account = await holderOf(ctx, code)
  if (account) return account
  throw new Refused('card.code-gone', 409, {
    zh: '代碼已經過期。請市民重新顯示代碼，再從頭輸入。',
    en: 'The code ran out. Ask for a new one and begin again.',
  })
}

const noSuchCode: Text = {
  zh: '找不到這組代碼。請核對八位數字；代碼十分鐘內有效，也可能已由另一位同仁受理，或是您自己的帳號。',
  en: 'No such code: it lasts ten minutes, for one officer, and not for your own account.',
}
const tooMany: Text = {
  zh: '代碼連續輸錯五次，請十五分鐘後再試。',
  en: 'Five codes were wrong. Try again in fifteen minutes.',
}
const wrongNumber: Text = {
  zh: '卡號是 8 到 20 個英文字母或數字，請照卡片正面輸入。',
  en: 'A number has 8 to 20 letters or digits: type it as it stands on the card.',
}
const takenNumber: Text = {
  zh: '這個卡號已經登錄過。請核對卡號；換人使用前要先註銷。',
  en: 'This number is taken already. Check it; it must be ended before another can have it.',
}
