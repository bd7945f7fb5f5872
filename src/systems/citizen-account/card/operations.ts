import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../../core/context.ts'
import { bytesOfHex, issueCard, onceSeconds, qrText } from '../../../core/credential/card.ts'
import type { Bytes, Point } from '../../../core/credential/cose.ts'
import { rows } from '../../../core/db.ts'
import { notFound, Refused } from '../../../core/errors.ts'
import { record } from '../../../core/event.ts'
import { operation } from '../../../core/operation.ts'
import type { Account } from '../../../kernel/identity/accounts.ts'
import { deviceSigned } from '../../../kernel/identity/approvals.ts'
import { mustBeConfirmed, ownAccount } from '../methods/guard.ts'
import { openPending } from '../methods/pending.ts'
import { addCard, type CardRow, cardsOf, livingCard, setCard, virtualCard } from './cards.ts'
import { signingKey } from './keys.ts'
import { tellOfCard } from './letters.ts'
import { maskName } from './number.ts'
import { listUri } from './status.ts'

const permission = 'account'
/** How long a device may show its card without fetching it anew. */
const cardHours = 24
const mostDevices = 5

/** A card without what only the city needs. */
export type OwnCard = Omit<CardRow, 'account' | 'list' | 'index'>
/** What a device holds: the city's word for its key. `x` says which key, base64url. */
export type DeviceCard = { readonly x: string; readonly card: string }

/** The own cards, and the virtual one for each device that holds a key for it. */
export const ownCards = operation({
  name: 'citizen-account.cards',
  title: { zh: '我的市民卡', en: 'My cards' },
  permission,
  reads: true,
  input: Type.Object({}),
  run: async (ctx): Promise<{ known: boolean; cards: OwnCard[]; devices: DeviceCard[] }> => {
    const account = await ownAccount(ctx)
    const all = await cardsOf(ctx, account.id)
    const cards = all.map(({ account: _, list: _l, index: _i, ...card }) => card)
    return { known: isKnown(account), cards, devices: await deviceCards(ctx, account) }
  },
})

/** A card vouches for a name, so the name must have been checked; staff are known to the city. */
export const isKnown = ({ kind, identity_level }: Account): boolean =>
  kind === 'staff' || identity_level > 1

async function deviceCards(ctx: Ctx, account: Account): Promise<DeviceCard[]> {
  const card = await virtualCard(ctx, account.id)
  if (!card || !isKnown(account)) return []
  const keys = await rows(
    ctx.db,
    sql<{ x: Buffer; y: Buffer }>`select x, y from citizen_card.card_key where card = ${card.id}`,
  )
  return Promise.all(
    keys.map(async ({ x, y }) => {
      const point = { x: new Uint8Array(x), y: new Uint8Array(y) }
      const made = await issue(ctx, account, card, cardHours * 3600, point)
      return { x: x.toString('base64url'), card: Buffer.from(made).toString('base64url') }
    }),
  )
}

async function issue(
  ctx: Ctx,
  account: Account,
  card: CardRow,
  seconds: number,
  point?: Point,
): Promise<Bytes> {
  const { kid, key } = await signingKey(ctx)
  const { origin } = ctx.config
  return issueCard(key, bytesOfHex(kid), {
    issuer: origin,
    name: maskName(account.name),
    issuedAt: ctx.now,
    expiresAt: new Date(+ctx.now + seconds * 1000),
    list: listUri(origin, card.list),
    index: card.index,
    ...(point && { point }),
  })
}

/** Begins the virtual card. Refuses 403 while nobody checked who the person is. */
export const beginCard = operation({
  name: 'citizen-account.begin-card',
  title: { zh: '申請虛擬市民卡', en: 'Begin a virtual card' },
  permission,
  input: Type.Object({}),
  run: async (ctx) => {
    await mustBeConfirmed(ctx)
    const account = await ownAccount(ctx)
    if (!isKnown(account)) throw checkFirst()
    if (await virtualCard(ctx, account.id)) throw oneOnly()
    await addCard(ctx, account.id)
    await tellOfCard(ctx, account, 'begun')
  },
})

const coordinate = Type.String({ minLength: 43, maxLength: 43 })

/** What a device signs when it takes the card: that it holds the key, for this account, now. */
export const enrolmentText = (challenge: string): string => `takao-card\n${challenge}`

/** Puts the virtual card on this device, by a key that cannot be taken out of its browser. */
export const addCardKey = operation({
  name: 'citizen-account.add-card-key',
  title: { zh: '把市民卡放進這支手機', en: 'Put the card on this phone' },
  permission,
  input: Type.Object({
    pending: Type.String({ maxLength: 600 }),
    key: Type.Object({ x: coordinate, y: coordinate }),
    signature: Type.String({ maxLength: 200 }),
  }),
  run: async (ctx, { pending, key, signature }) => {
    await mustBeConfirmed(ctx)
    const account = await ownAccount(ctx)
    const challenge = openPending(ctx.config, 'card', pending, account.id, ctx.now)
    const card = await virtualCard(ctx, account.id)
    if (!card) throw notFound(theCard)
    if (!deviceSigned(key, enrolmentText(challenge), signature)) throw notMade()
    const [x, y] = [Buffer.from(key.x, 'base64url'), Buffer.from(key.y, 'base64url')]
    await forgetOldest(ctx, card.id)
    await sql`insert into citizen_card.card_key (id, card, account, x, y, created_at)
      values (${randomUUID()}, ${card.id}, ${account.id}, ${x}, ${y}, ${ctx.now})
      on conflict (x) do nothing`.execute(ctx.db)
    await record(ctx, { record: account.id, type: 'card.put-on-device', data: { card: card.id } })
    await tellOfCard(ctx, account, 'on-device')
  },
})

/** A person changes phones now and then; the one that was added first makes room. */
const forgetOldest = ({ db }: Ctx, card: string) =>
  sql`delete from citizen_card.card_key where id in (select id from citizen_card.card_key
    where card = ${card} order by created_at desc offset ${mostDevices - 1})`.execute(db)

/** A card for one showing, for who has no script: the server signs it, for a minute. */
export const showOnce = operation({
  name: 'citizen-account.show-card-once',
  title: { zh: '出示一次市民卡', en: 'Show the card once' },
  permission,
  reads: true,
  input: Type.Object({}),
  run: async (ctx): Promise<{ text: string; until: Date }> => {
    await mustBeConfirmed(ctx)
    const account = await ownAccount(ctx)
    const card = await virtualCard(ctx, account.id)
    if (!card) throw notFound(theCard)
    if (!isKnown(account)) throw checkFirst()
    const text = qrText(await issue(ctx, account, card, onceSeconds))
    return { text, until: new Date(+ctx.now + onceSeconds * 1000) }
  },
})

const which = Type.Object({ id: Type.String({ maxLength: 100 }) })

/** “I lost it”: at once and unconfirmed. A virtual card ends, a physical one rests until found. */
export const stopCard = operation({
  name: 'citizen-account.stop-card',
  title: { zh: '停用市民卡', en: 'Stop a card' },
  permission,
  input: which,
  run: async (ctx, { id }) => {
    const account = await ownAccount(ctx)
    const card = await livingCard(ctx, account.id, id)
    if (card?.state !== 'active') throw notFound(theCard)
    await setCard(ctx, card, card.kind === 'virtual' ? 'ended' : 'suspended')
    await tellOfCard(ctx, account, 'stopped')
  },
})

/** The physical card was found again. */
export const resumeCard = operation({
  name: 'citizen-account.resume-card',
  title: { zh: '恢復市民卡', en: 'Use a card again' },
  permission,
  input: which,
  run: async (ctx, { id }) => {
    await mustBeConfirmed(ctx)
    const account = await ownAccount(ctx)
    const card = await livingCard(ctx, account.id, id)
    if (card?.state !== 'suspended') throw notFound(theCard)
    await setCard(ctx, card, 'active')
    await tellOfCard(ctx, account, 'resumed')
  },
})

const theCard = { zh: '這張市民卡', en: 'this card' }

const checkFirst = () =>
  new Refused('card.not-known', 403, {
    zh: '市民卡上有您的名字，要先查驗身分。請到「我的身分查驗」。',
    en: 'The card vouches for your name: have your identity checked first.',
  })

const oneOnly = () =>
  new Refused('card.one-only', 409, {
    zh: '您已經有一張虛擬市民卡。',
    en: 'You have a virtual card already.',
  })

const notMade = () =>
  new Refused('card.key-not-made', 422, {
    zh: '沒有放進這支手機。請再試一次；這需要開啟 JavaScript，也不能用無痕視窗。',
    en: 'It was not put on this phone. Try again, with JavaScript and not in a private window.',
  })
