import type { Certificate } from 'pkijs'
import type { Ctx } from '../../../core/context.ts'
import { type Ask, askOnly, mayAsk } from './ask.ts'
import { askList, listsAt } from './crl.ts'
import { derOf, serialOf } from './der.ts'
import { type Heard, keepAnswer, keepList, keptAnswer, keptList, lastRevoked } from './kept.ts'
import { type Answer, answersAt, askOcsp } from './ocsp.ts'
import type { Trust } from './trust.ts'

type Here = Pick<Ctx, 'db' | 'now' | 'config'>

type Known = Heard<Answer> & {
  readonly by: 'ocsp' | 'crl'
  /** It had been kept from before. */
  readonly kept: boolean
}

/**
 * How a certificate stands and who said so. `unknown`: nobody who may was heard in time; `revoked`
 * with it, where the last that was heard, too old to say more, was that it is revoked.
 */
export type Standing = Known | { readonly status: 'unknown'; readonly revoked?: boolean }

/**
 * How a verified path stands at `ctx.now`: the person's certificate, and each authority between
 * that was not pinned but came along. Revoked beats unknown beats good. What `unknown` means is for
 * the caller to say; a sign-in at level 4 is closed by it.
 */
export async function standingOf(
  ctx: Here,
  path: readonly Certificate[],
  trust: Trust,
  ask: Ask = askOnly(trust, ctx.now),
): Promise<Standing> {
  const pinned = trust.between.map(derOf)
  let standing: Standing | undefined
  for (const [index, one] of path.slice(0, -1).entries()) {
    if (index > 0 && pinned.some((der) => der.equals(derOf(one)))) continue
    const found = await standingOfOne(ctx, one, path[index + 1]!, trust, ask)
    if (found.status === 'revoked' || (found.status === 'unknown' && found.revoked)) return found
    if (found.status === 'unknown' || !standing) standing = found
  }
  return standing ?? { status: 'unknown' }
}

async function standingOfOne(
  ctx: Here,
  one: Certificate,
  issuer: Certificate,
  trust: Trust,
  ask: Ask,
): Promise<Standing> {
  const lists = listsAt(one)
  const revokedAt = await lastRevoked(ctx, one, issuer, lists)
  const counts = ({ status, thisUpdate }: Answer) =>
    status === 'revoked' || revokedAt === null || thisUpdate > revokedAt
  const before = await keptAnswer(ctx, one, issuer)
  if (before && counts(before)) return { ...before, by: 'ocsp', kept: true }
  for (const source of answersAt(one).filter((address) => mayAsk(trust, address))) {
    const answer = await askOcsp(one, issuer, source, ask, ctx.now)
    if (!answer || !counts(answer)) continue
    await keepAnswer(ctx, one, issuer, { ...answer, source })
    return { ...answer, by: 'ocsp', source, kept: false }
  }
  for (const address of lists.filter((each) => mayAsk(trust, each))) {
    const listed = await standingInList(ctx, one, issuer, address, ask)
    if (listed && counts(listed)) return listed
  }
  return { status: 'unknown', ...(revokedAt && { revoked: true }) }
}

async function standingInList(
  ctx: Here,
  one: Certificate,
  issuer: Certificate,
  address: string,
  ask: Ask,
): Promise<Known | null> {
  const before = await keptList(ctx, one, issuer, address)
  if (before) return { ...before, by: 'crl', kept: true }
  const list = await askList(one, issuer, address, ask, ctx.now)
  if (!list) return null
  await keepList(ctx, issuer, { ...list, source: address })
  const { thisUpdate, nextUpdate, serials } = list
  const heard: Heard<Answer> = {
    ...{ thisUpdate, nextUpdate, source: address },
    status: serials.includes(serialOf(one)) ? 'revoked' : 'good',
  }
  return { ...heard, by: 'crl', kept: false }
}
