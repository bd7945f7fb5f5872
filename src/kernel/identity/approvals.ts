import {
  createHmac,
  createPublicKey,
  randomBytes,
  randomInt,
  randomUUID,
  verify,
} from 'node:crypto'
import { sql } from 'kysely'
import type { Config } from '../../core/config.ts'
import type { Ctx } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import type { Text } from '../../core/i18n.ts'
import { announce } from '../../core/live.ts'
import type { Given } from './methods/method.ts'

/*
 * Requests that a registered phone answers. The page that signs in shows a number, the phone three
 * to choose from: who has not the page before them cannot approve, however often they are asked.
 */

/** A request, as the phone shows it. */
export type Approval = {
  readonly id: string
  readonly account: string
  readonly system_zh: string
  readonly system_en: string
  readonly agent: string
  readonly network: string
  readonly number: number
  readonly choices: readonly number[]
  readonly challenge: string
  readonly created_at: Date
  readonly expires_at: Date
}

/** What becomes of a request, for the page that waits. */
export type ApprovalState = 'open' | 'approved' | 'denied' | 'over'

const lastsMinutes = 2
const mostOpen = 3

/** The job that tells the owner of a request; a system that can write letters has it. */
export const approvalQueue = 'identity.tell-approval'

/** The topic of live pages that an account's requests move. */
export const approvalsTopic = (account: string): string => `approvals:${account}`

/** Asks the phones of an account; undefined when three requests are open already. */
export async function askApproval(
  ctx: Ctx,
  attempt: string,
  account: string,
  { system, agent = '', address }: Given,
): Promise<{ id: string; number: number; until: number } | undefined> {
  // One at a time for an account, so that the count below holds.
  await sql`select 1 from identity.account where id::text = ${account} for update`.execute(ctx.db)
  if ((await openApprovals(ctx, account)).length >= mostOpen) return undefined
  const choices = threeNumbers()
  const number = choices[randomInt(3)] as number
  const id = randomUUID()
  const until = new Date(+ctx.now + lastsMinutes * 60_000)
  const named: Text = system ?? { zh: '', en: '' }
  await sql`insert into identity.approval (id, account, attempt, system_zh, system_en, agent,
      network, number, choices, challenge, created_at, expires_at)
    values (${id}, ${account}, ${attempt}, ${named.zh}, ${named.en}, ${agent.slice(0, 300)},
      ${address}, ${number}, ${choices}::int[], ${randomBytes(32).toString('base64url')},
      ${ctx.now}, ${until})`.execute(ctx.db)
  await announce(ctx, approvalsTopic(account))
  await ctx.enqueue(approvalQueue, { approval: id })
  return { id, number, until: +until }
}

/** Three different numbers of two digits, in no order. */
function threeNumbers(): readonly number[] {
  const found = new Set<number>()
  while (found.size < 3) found.add(randomInt(10, 100))
  return [...found]
}

/** The requests of an account that wait for an answer, the newest first. */
export const openApprovals = (ctx: Pick<Ctx, 'db' | 'now'>, account: string): Promise<Approval[]> =>
  rows(
    ctx.db,
    sql<Approval>`select * from identity.approval where account::text = ${account}
      and answer is null and expires_at > ${ctx.now} order by created_at desc`,
  )

/** One that waits, held until the end; undefined when it was answered, ran out or is another's. */
export const openApproval = (
  ctx: Ctx,
  account: string,
  id: string,
): Promise<Approval | undefined> =>
  row(
    ctx.db,
    sql<Approval>`select * from identity.approval where account::text = ${account}
      and id::text = ${id} and answer is null and expires_at > ${ctx.now} for update`,
  )

/** What became of a request of an attempt. */
export async function approvalState(
  ctx: Pick<Ctx, 'db' | 'now'>,
  attempt: string,
  id: string,
): Promise<ApprovalState> {
  const found = await row(
    ctx.db,
    sql<{ answer: 'approved' | 'denied' | null }>`select answer from identity.approval
      where id::text = ${id} and attempt = ${attempt} and used_at is null
        and (expires_at > ${ctx.now} or answer = 'denied')`,
  )
  return found ? (found.answer ?? 'open') : 'over'
}

/** Keeps the answer to a request that is held. */
export async function keepAnswer(
  ctx: Ctx,
  id: string,
  answer: { given: 'approved'; credential: string; verified: boolean } | { given: 'denied' },
): Promise<void> {
  const { credential = null, verified = false } =
    answer.given === 'approved' ? answer : { credential: null, verified: false }
  await sql`update identity.approval set answer = ${answer.given}, credential = ${credential},
      verified = ${verified}, answered_at = ${ctx.now} where id = ${id}`.execute(ctx.db)
}

/** Takes an approval for the attempt that asked, once; undefined when there is none. */
export const takeApproval = (
  ctx: Ctx,
  attempt: string,
  account: string,
  id: string,
): Promise<{ credential: string; verified: boolean } | undefined> =>
  row(
    ctx.db,
    sql<{ credential: string; verified: boolean }>`update identity.approval a
      set used_at = ${ctx.now} from identity.credential c
      where a.id::text = ${id} and a.attempt = ${attempt} and a.account::text = ${account}
        and a.answer = 'approved' and a.used_at is null and a.expires_at > ${ctx.now}
        and c.id = a.credential and c.ended_at is null
      returning a.credential, a.verified`,
  )

/** What a phone signs: this request, this number, and nothing else. */
export const approvalText = ({ id, challenge }: Approval, number: number): string =>
  ['takao-approval', id, challenge, number].join('\n')

/** A key of a phone: the public half of a P-256 pair, as JWK. */
export type DeviceKey = { readonly x: string; readonly y: string }

/** By what an account's phone is found: a keyed digest of its key. */
export const deviceLookup = (config: Config, account: string, { x, y }: DeviceKey): Buffer =>
  createHmac('sha256', config.secret).update(`device-key:${account}:${x}.${y}`).digest()

/** Whether a text was signed by a key: ECDSA with SHA-256, as WebCrypto gives it, base64url. */
export function deviceSigned({ x, y }: DeviceKey, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
    const given = Buffer.from(signature, 'base64url')
    return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, given)
  } catch {
    return false
  }
}
