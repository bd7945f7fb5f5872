import { randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { row } from '../../../core/db.ts'
import { notFound, Refused } from '../../../core/errors.ts'
import { record } from '../../../core/event.ts'
import { operation } from '../../../core/operation.ts'
import { accountById } from '../../../kernel/identity/accounts.ts'
import { virtualCard } from '../card/cards.ts'
import { tellOfCard } from '../card/letters.ts'
import { isKnown } from '../card/operations.ts'
import { takePlace } from '../card/status.ts'
import { mustBeConfirmed, ownAccount } from '../methods/guard.ts'
import { signCredential } from './credential.ts'
import { endCredentials, living, type WalletCard } from './held.ts'

/** How long a credential in a wallet counts before the wallet has to be given the next, days. */
const days = 90
/** Credentials of one person that count at once: a few wallets, each with a few keys. */
const most = 20

/** The credentials that wallets hold for whoever is signed in, the newest first. */
export const walletCards = operation({
  name: 'citizen-account.wallet-cards',
  title: { zh: '皮夾裡的市民卡', en: 'My card in wallets' },
  permission: 'account',
  reads: true,
  input: Type.Object({}),
  run: async (ctx): Promise<{ offers: boolean; cards: WalletCard[] }> => ({
    offers: (await virtualCard(ctx, ctx.actor.id)) !== undefined,
    cards: await living(ctx, ctx.actor.id),
  }),
})

/** Notes that a person wants the card in a wallet. Refuses who has no virtual card. */
export const offerToWallet = operation({
  name: 'citizen-account.offer-to-wallet',
  title: { zh: '把市民卡放進皮夾', en: 'Put the card in a wallet' },
  permission: 'account',
  input: Type.Object({}),
  run: async (ctx) => {
    await mustBeConfirmed(ctx)
    const account = await ownAccount(ctx)
    if (!isKnown(account) || !(await virtualCard(ctx, account.id))) throw noCard()
    await record(ctx, { record: account.id, type: 'card.offered-to-wallet' })
  },
})

/** The public key of a wallet that proved that it holds it, as RFC 7517 writes it. */
export type HolderKey = JWK

/**
 * Signs the card for a wallet's keys, one credential with a place of its own for each, so that two
 * of them tell nobody that they are of one person. Run by the server for a token of the offer.
 */
export const issueToWallet = operation({
  name: 'citizen-account.issue-to-wallet',
  title: { zh: '簽發市民卡到皮夾', en: 'Issue the card to a wallet' },
  permission: 'citizen-account.wallet',
  input: Type.Object({
    account: Type.String(),
    keys: Type.Array(Type.Record(Type.String(), Type.Unknown()), { minItems: 1, maxItems: 5 }),
  }),
  run: async (ctx, { account: id, keys }): Promise<string[]> => {
    const account = await accountById(ctx.db, id)
    const card = account && (await virtualCard(ctx, id))
    if (!account || !card || !isKnown(account)) throw noCard()
    // One at a time for one person: two would both find room for the last.
    await row(ctx.db, sql`select 1 from citizen_card.card where id = ${card.id} for update`)
    if ((await living(ctx, id)).length + keys.length > most) throw tooMany()
    const expiresAt = new Date(+ctx.now + days * 86_400_000)
    const made: string[] = []
    for (const key of keys as HolderKey[]) {
      const place = await takePlace(ctx)
      await sql`insert into citizen_card.wallet_card
          (id, account, jkt, list, index, issued_at, expires_at)
        values (${randomUUID()}, ${id}, ${await calculateJwkThumbprint(key)}, ${place.list},
          ${place.index}, ${ctx.now}, ${expiresAt})`.execute(ctx.db)
      made.push(await signCredential(ctx, { account, key, place, expiresAt }))
    }
    const count = String(keys.length)
    await record(ctx, { record: id, type: 'card.issued-to-wallet', data: { count } })
    await tellOfCard(ctx, account, 'in-wallet')
    return made
  },
})

/** Ends one credential in a wallet: at once and unconfirmed, as the loss of a phone needs it. */
export const stopWalletCard = operation({
  name: 'citizen-account.stop-wallet-card',
  title: { zh: '停用皮夾裡的市民卡', en: 'Stop a card in a wallet' },
  permission: 'account',
  input: Type.Object({ id: Type.String({ maxLength: 100 }) }),
  run: async (ctx, { id }) => {
    const account = await ownAccount(ctx)
    const found = (await living(ctx, account.id)).filter((one) => one.id === id)
    if (found.length === 0) throw notFound({ zh: '這張市民卡', en: 'this card' })
    await endCredentials(ctx, account.id, found)
    await tellOfCard(ctx, account, 'stopped')
  },
})

const noCard = () =>
  new Refused('card.none', 403, {
    zh: '要先查驗身分並申請虛擬市民卡，才能放進皮夾。',
    en: 'Have your identity checked and begin a virtual card first.',
  })

const tooMany = () =>
  new Refused('card.too-many', 409, {
    zh: `皮夾裡最多 ${most} 張。請先停用不用的。`,
    en: `Wallets hold ${most} at most. Stop those that you do not use.`,
  })
