import type { Ctx } from '../../core/context.ts'
import { type Account, credentialsOf } from './accounts.ts'
import type { Proof } from './levels.ts'
import { isExpired, passwordPolicy } from './password-policy.ts'

/**
 * The password among these proofs that is too old to go on with: its credential, else undefined.
 * Who signs in by another way is not asked, nor who has the demo's password.
 */
export async function expiredIn(
  ctx: Pick<Ctx, 'db' | 'city' | 'now'>,
  account: Account,
  proofs: readonly Proof[],
): Promise<string | undefined> {
  const used = proofs.find(({ method }) => method === 'password')
  if (!used) return undefined
  const held = (await credentialsOf(ctx.db, account.id)).find(({ id }) => id === used.credential)
  if (!held || held.data.lasting === true) return undefined
  const policy = passwordPolicy(ctx.city, account.kind)
  return isExpired(policy, held.created_at, ctx.now) ? held.id : undefined
}
