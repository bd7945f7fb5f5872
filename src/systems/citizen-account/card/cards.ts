import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Ctx } from '../../../core/context.ts'
import { row, rows } from '../../../core/db.ts'
import { record } from '../../../core/event.ts'
import { endWalletCards } from '../wallet/held.ts'
import { type Place, setStatus, takePlace } from './status.ts'

/** A card of a person; `last_four` is of a physical one, `list` and `index` place its status. */
export type CardRow = Place & {
  readonly id: string
  readonly account: string
  readonly kind: 'physical' | 'virtual'
  readonly state: 'active' | 'suspended' | 'ended'
  readonly last_four: string | null
  readonly issued_at: Date
  readonly ended_at: Date | null
}

const columns = sql.raw(`id::text, account::text, kind, state, last_four, list, index, issued_at,
  ended_at`)

/** The cards of an account, the newest first, those that ended as well. */
export const cardsOf = ({ db }: Pick<Ctx, 'db'>, account: string): Promise<CardRow[]> =>
  rows(
    db,
    sql<CardRow>`select ${columns} from citizen_card.card where account::text = ${account}
      order by issued_at desc, id`,
  )

/** One card that has not ended, of an account, held until the transaction ends. */
export const livingCard = (
  { db }: Ctx,
  account: string,
  id: string,
): Promise<CardRow | undefined> =>
  row(
    db,
    sql<CardRow>`select ${columns} from citizen_card.card where account::text = ${account}
      and id::text = ${id} and state <> 'ended' for update`,
  )

/** The virtual card of an account that counts now. */
export const virtualCard = (
  { db }: Pick<Ctx, 'db'>,
  account: string,
): Promise<CardRow | undefined> =>
  row(
    db,
    sql<CardRow>`select ${columns} from citizen_card.card where account::text = ${account}
      and kind = 'virtual' and state = 'active'`,
  )

/** Gives an account a card: a virtual one, or a physical one by its number's digest. */
export async function addCard(
  ctx: Ctx,
  account: string,
  physical?: { readonly digest: Buffer; readonly number: string },
): Promise<string> {
  const { list, index } = await takePlace(ctx)
  const [id, kind] = [randomUUID(), physical ? 'physical' : 'virtual']
  const lastFour = physical?.number.slice(-4) ?? null
  await sql`insert into citizen_card.card
      (id, account, kind, state, number, last_four, list, index, issued_at)
    values (${id}, ${account}, ${kind}, 'active', ${physical?.digest ?? null}, ${lastFour}, ${list},
      ${index}, ${ctx.now})`.execute(ctx.db)
  await record(ctx, {
    ...{ record: account, type: 'card.added', agency: ctx.actor.agency },
    data: { card: id, kind },
    ...(physical && { personal: { number: physical.number } }),
  })
  return id
}

/** Changes what a card is worth; the published list says so with the same transaction. */
export async function setCard(ctx: Ctx, card: CardRow, state: CardRow['state']): Promise<void> {
  const ended = state === 'ended' ? ctx.now : null
  await sql`update citizen_card.card set state = ${state}, ended_at = ${ended}
    where id = ${card.id}`.execute(ctx.db)
  if (ended) await sql`delete from citizen_card.card_key where card = ${card.id}`.execute(ctx.db)
  if (ended && card.kind === 'virtual') await endWalletCards(ctx, card.account)
  const status = { active: 'valid', suspended: 'suspended', ended: 'invalid' } as const
  await setStatus(ctx, card, status[state])
  await record(ctx, {
    ...{ record: card.account, type: `card.${state}`, agency: ctx.actor.agency },
    data: { card: card.id },
  })
}

/** Ends every card of an account that closes. */
export async function endCards(ctx: Ctx, account: string): Promise<void> {
  for (const card of await cardsOf(ctx, account))
    if (card.state !== 'ended') await setCard(ctx, card, 'ended')
}
