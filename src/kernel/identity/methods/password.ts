import type { Ctx } from '../../../core/context.ts'
import type { Text } from '../../../core/i18n.ts'
import { type Account, accountByName, credentialsOf } from '../accounts.ts'
import { knowsDevice } from '../devices.ts'
import { passwordFits } from '../password.ts'
import { forgetFailures, noteFailure, restsUntil, type Tried } from '../tries.ts'
import { type Given, type Outcome, signInMethod } from './method.ts'

const rest = { most: 5, minutes: 15 }
const crowd = { most: 60, minutes: 15 }

/**
 * What failures are counted for. An unknown browser shares one count with all other unknown ones,
 * so that guessing rests the account for strangers; a browser that signed in before has its own, so
 * that nobody can lock a person out from afar. An address is slowed when it tries many names.
 */
export function triedBy(name: string, account: string | null, given: Given, known: boolean) {
  const who = account ?? `name:${name}`
  const tried: Tried[] = [
    { key: known ? `device:${who}:${given.device}` : `strangers:${who}`, rule: rest },
    { key: `address:${network(given.address)}`, rule: crowd },
  ]
  return tried
}

/** The part of an address that one household shares: an IPv6 prefix of 64 bits, or all of IPv4. */
export function network(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped) return mapped[1] as string
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const left = head.split(':').filter(Boolean)
  const right = (tail ?? '').split(':').filter(Boolean)
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length
  return [...left, ...Array(Math.max(0, zeros)).fill('0'), ...right].slice(0, 4).join(':')
}

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
  await forgetFailures(ctx, tried.slice(0, 1))
  return { account: account.id, credential: credential.id, facts: {} }
}

const isPassword = ({ method }: { method: string }) => method === 'password'
