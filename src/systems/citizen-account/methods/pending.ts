import type { Config } from '../../../core/config.ts'
import { Refused } from '../../../core/errors.ts'
import { seal, unseal } from '../../../core/seal.ts'

const lastsMinutes = 30

type Pending = { purpose: string; account: string; secret: string; until: number }

/** A secret on its way through the page of its owner: sealed, for one account, half an hour. */
export const sealPending = (
  config: Config,
  purpose: string,
  account: string,
  secret: string,
  now: Date,
): string =>
  seal(
    config.secret,
    JSON.stringify({ purpose, account, secret, until: +now + lastsMinutes * 60_000 }),
  )

/** Opens what `sealPending` made. Refuses 400 when it is another's, of elsewhere or too old. */
export function openPending(
  config: Config,
  purpose: string,
  sealed: string,
  account: string,
  now: Date,
): string {
  const found = opened(config, sealed)
  if (found?.purpose !== purpose || found.account !== account || found.until < +now)
    throw new Refused('account.enrolment-expired', 400, {
      zh: '這次設定已經過期。請重新開始。',
      en: 'This set-up has expired. Please begin again.',
    })
  return found.secret
}

/** The secret of an authenticator app that is being added. */
export const openTotp = (config: Config, sealed: string, account: string, now: Date): string =>
  openPending(config, 'totp', sealed, account, now)

function opened(config: Config, sealed: string): Pending | undefined {
  try {
    return JSON.parse(unseal(config.secret, sealed)) as Pending
  } catch {
    return undefined
  }
}
