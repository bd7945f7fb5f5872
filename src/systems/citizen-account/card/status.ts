import { randomInt } from 'node:crypto'
import { SignJWT } from 'jose'
import { sql } from 'kysely'
import type { Ctx } from '../../../core/context.ts'
import {
  packStatuses,
  type StatusList,
  statusBits,
  statuses,
  toLst,
} from '../../../core/credential/status-list.ts'
import { row, rows } from '../../../core/db.ts'
import { signingKey } from './keys.ts'

/**
 * Places in one list. A list is always published whole, so that its size does not tell how many
 * cards there are, and only half of it is given away, so that a free place is found by lot.
 */
export const listSize = 2 ** 20
/** How long a verifier may rely on a list that it holds, and when it should look for a newer. */
export const goodHours = 24
const lookAgainSeconds = 900

/** Where the status of a credential stands: the list's number and the place in it. */
export type Place = { readonly list: number; readonly index: number }

/** Takes a free place, chosen by lot; for a credential of any format. Valid from the start. */
export async function takePlace(ctx: Ctx): Promise<Place> {
  const list = await openList(ctx)
  for (;;) {
    const index = randomInt(listSize)
    const taken = await row(
      ctx.db,
      sql`insert into citizen_card.status (list, index) values (${list}, ${index})
        on conflict do nothing returning index`,
    )
    if (taken) return { list, index }
  }
}

/** The newest list, or one more once half of it is given away. */
async function openList({ db }: Ctx): Promise<number> {
  const open = await row(
    db,
    sql<{ number: number }>`update citizen_card.list set taken = taken + 1
      where number = (select max(number) from citizen_card.list) and taken < ${listSize / 2}
      returning number`,
  )
  if (open) return open.number
  const next = await row(
    db,
    sql<{ number: number }>`insert into citizen_card.list (number, taken)
      select coalesce(max(number) + 1, 0), 1 from citizen_card.list
      on conflict (number) do update set taken = citizen_card.list.taken + 1 returning number`,
  )
  return next!.number
}

/** Says what a credential is worth from now on. */
export async function setStatus(
  { db }: Ctx,
  { list, index }: Place,
  status: keyof typeof statuses,
): Promise<void> {
  await sql`update citizen_card.status set status = ${statuses[status]}
    where list = ${list} and index = ${index}`.execute(db)
}

/** The address of a list; it stands in each credential. */
export const listUri = (origin: string, list: number): string => `${origin}/card/status/${list}`

/** The numbers of the lists there are. */
export const listNumbers = async ({ db }: Pick<Ctx, 'db'>): Promise<number[]> =>
  (
    await rows(db, sql<{ number: number }>`select number from citizen_card.list order by number`)
  ).map(({ number }) => number)

/** A list as it stands now; null for one that is not there. */
export async function listNow(
  { db, now, config }: Pick<Ctx, 'db' | 'now' | 'config'>,
  list: number,
): Promise<StatusList | null> {
  if (!(await listNumbers({ db })).includes(list)) return null
  const named = await rows(
    db,
    sql<{ index: number; status: number }>`select index, status from citizen_card.status
      where list = ${list} and status > 0`,
  )
  return {
    uri: listUri(config.origin, list),
    bits: statusBits,
    packed: packStatuses(listSize, statusBits, named),
    issuedAt: now,
    expiresAt: new Date(+now + goodHours * 3_600_000),
  }
}

/** A list signed for publication (`application/statuslist+jwt`); null for one that is not there. */
export async function signedList(ctx: Ctx, number: number): Promise<string | null> {
  const list = await listNow(ctx, number)
  if (!list) return null
  const { kid, key } = await signingKey(ctx)
  const status_list = { bits: list.bits, lst: await toLst(list.packed) }
  return new SignJWT({ status_list, ttl: lookAgainSeconds })
    .setProtectedHeader({ alg: 'ES256', kid, typ: 'statuslist+jwt' })
    .setIssuer(ctx.config.origin)
    .setSubject(list.uri)
    .setIssuedAt(list.issuedAt)
    .setExpirationTime(list.expiresAt)
    .sign(key)
}
