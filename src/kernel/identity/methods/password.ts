import { sql } from 'kysely'
import type { Ctx } from '../../../core/context.ts'
import type { Text } from '../../../core/i18n.ts'
import { type Account, accountByName, credentialsOf } from '../accounts.ts'
import { knowsDevice } from '../devices.ts'
import { passwordFits } from '../password.ts'
import { forgetFailures, noteFailure, restsUntil } from '../tries.ts'
import { type Given, type Outcome, signInMethod } from './method.ts'
import { triedBy } from './password-tries.ts'

/** One sentence for a wrong name, a wrong password and an account that rests: it tells nothing. */
export const wrongPassword: Text = {
  zh: '帳號或密碼不對。連續五次錯誤後，帳號會暫停十五分鐘。',
  en: 'The name or the password is wrong. After five failures the account rests 15 minutes.',
}

/** A name and a password. Both wrong and unknown names cost the same time and say the same. */
export const password = signInMethod({
  method: 'password',
  second: false,
  offered: () => true,
  prove: async (ctx, attempt, given) => {
    const name = (given.fields.login ?? '').normalize('NFKC').trim().toLowerCase()
    const account = name ? await accountByName(ctx.db, name) : undefined
    if (attempt.account && account && account.id !== attempt.account)
      return { refused: wrongPassword, field: 'password' }
    return fits(ctx, name, account, given)
  },
})

async function fits(
  ctx: Ctx,
  name: string,
  account: Account | undefined,
  given: Given,
): Promise<Outcome> {
  const known = account !== undefined && (await knowsDevice(ctx, account.id, given.device))
  const tried = triedBy(name, account?.id ?? null, given, known)
  const resting = (await restsUntil(ctx, tried)) !== null
  const credential = account && (await credentialsOf(ctx.db, account.id)).find(isPassword)
  const hash = resting || !credential ? null : String(credential.data.hash)
  const right = await passwordFits(hash, given.fields.password ?? '')
  if (!right || !account || !credential) {
    if (!resting) await noteFailure(ctx, tried)
    return { refused: wrongPassword, field: 'password', ...(account && { account: account.id }) }
  }
  // Not the address: an own account must not buy new tries at others.
  await forgetFailures(
    ctx,
    tried.filter(({ key }) => !key.startsWith('address:')),
  )
  await sql`update identity.credential set used_at = ${ctx.now}
    where id = ${credential.id}`.execute(ctx.db)
  return { account: account.id, credential: credential.id, facts: {} }
}

const isPassword = ({ method }: { method: string }) => method === 'password'
