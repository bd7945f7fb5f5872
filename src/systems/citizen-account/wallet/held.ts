import { sql } from 'kysely'
import type { Ctx } from '../../../core/context.ts'
import { rows } from '../../../core/db.ts'
import { record } from '../../../core/event.ts'
import { type Place, setStatus } from '../card/status.ts'

/** A credential in somebody's wallet. Its key's thumbprint (RFC 7638) tells it from the others. */
export type WalletCard = Place & {
  readonly id: string
  readonly jkt: string
  readonly issued_at: Date
  readonly expires_at: Date
}

/** The credentials of an account that count now, the newest first. */
export const living = (
  { db, now }: Pick<Ctx, 'db' | 'now'>,
  account: string,
): Promise<WalletCard[]> =>
  rows(
    db,
    sql<WalletCard>`select id::text, jkt, list, index, issued_at, expires_at
      from citizen_card.wallet_card
      where account::text = ${account} and ended_at is null and expires_at > ${now}
      order by issued_at desc, id`,
  )

/** Ends credentials; the published list says so with the same transaction. */
export async function endCredentials(
  ctx: Ctx,
  account: string,
  cards: readonly WalletCard[],
): Promise<void> {
  for (const card of cards) {
    await sql`update citizen_card.wallet_card set ended_at = ${ctx.now}
      where id = ${card.id}`.execute(ctx.db)
    await setStatus(ctx, card, 'invalid')
    await record(ctx, { record: account, type: 'card.ended-in-wallet', data: { card: card.id } })
  }
}

/** Ends every credential in wallets: with the virtual card, and so with the account. */
export const endWalletCards = async (ctx: Ctx, account: string): Promise<void> =>
  endCredentials(ctx, account, await living(ctx, account))
