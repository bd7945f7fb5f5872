import { createHmac } from 'node:crypto'
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  type PublicKeyCredentialRequestOptionsJSON,
  type VerifiedAuthenticationResponse,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server'
import { sql } from 'kysely'
import type { Config } from '../../../core/config.ts'
import type { Ctx } from '../../../core/context.ts'
import { record } from '../../../core/event.ts'
import type { Text } from '../../../core/i18n.ts'
import { type Credential, credentialBy, credentialsOf } from '../accounts.ts'
import type { Attempt } from '../attempts.ts'
import { type Given, type Outcome, signInMethod } from './method.ts'

/*
 * Passkeys, W3C Web Authentication level 3. The device always checks its user, so a passkey is two
 * factors in one. A challenge belongs to one attempt and counts once.
 */

/** What a credential of this kind keeps. */
export type PasskeyData = {
  /** Base64url, as the browser names it. */
  readonly id: string
  /** COSE, base64url. */
  readonly publicKey: string
  readonly counter: number
  readonly transports: readonly string[]
  /** `singleDevice`: the key cannot leave its device. */
  readonly deviceType: 'singleDevice' | 'multiDevice'
  readonly backedUp: boolean
  /** The make of the authenticator; zeros where it does not say. */
  readonly aaguid: string
  /** Its counter went back once: somebody may hold a copy. It opens nothing any more. */
  readonly flagged?: boolean
}

/** What is asked of the browser, and until when its answer counts. */
export type PasskeyWaiting = {
  readonly options: PublicKeyCredentialRequestOptionsJSON
  readonly until: number
}

const lastsMinutes = 10

/** The name that keys are bound to: the host that people see. */
export const rpIdOf = (config: Config): string => new URL(config.origin).hostname

/** By what a passkey is found: a keyed digest of its identifier. */
export const passkeyLookup = (config: Config, id: string): Buffer =>
  createHmac('sha256', config.secret).update(`passkey:${id}`).digest()

/** A key of the device, with or without a name typed before. */
export const passkey = signInMethod({
  method: 'passkey',
  second: false,
  offered: () => true,
  prepare: async (ctx, { account }): Promise<PasskeyWaiting> => {
    const held = account ? (await credentialsOf(ctx.db, account)).filter(isPasskey) : []
    const options = await generateAuthenticationOptions({
      rpID: rpIdOf(ctx.config),
      userVerification: 'required',
      timeout: lastsMinutes * 60_000,
      // Without a name any key of this site may answer, so the page tells nothing about accounts.
      allowCredentials: held.map(({ data }) => ({ id: (data as PasskeyData).id })),
    })
    return { options, until: +ctx.now + lastsMinutes * 60_000 }
  },
  prove: async (ctx, attempt, given) => {
    const response = answerOf(given)
    const waiting = attempt.waiting.passkey as PasskeyWaiting | undefined
    if (!response) return { refused: noAnswer }
    if (!waiting || waiting.until < +ctx.now) return { refused: tooLate }
    const lookup = passkeyLookup(ctx.config, response.id)
    const found = await credentialBy(ctx.db, 'passkey', lookup)
    return found ? fits(ctx, attempt, found, response, waiting) : { refused: unknownKey }
  },
})

/**
 * Whether a key of the account answered a challenge with its user checked; for what is confirmed
 * elsewhere than on the page to sign in. The caller sees to it that the challenge counts once.
 */
export async function checkedByPasskey(
  ctx: Ctx,
  account: string,
  answer: string,
  challenge: string,
): Promise<boolean> {
  const response = answerOf({ fields: { answer } })
  if (!response) return false
  const found = await credentialBy(ctx.db, 'passkey', passkeyLookup(ctx.config, response.id))
  if (!found) return false
  const outcome = await fits(ctx, { account }, found, response, { options: { challenge } })
  return 'credential' in outcome && outcome.facts.verified === true
}

async function fits(
  ctx: Ctx,
  attempt: Pick<Attempt, 'account'>,
  found: Credential,
  response: AuthenticationResponseJSON,
  { options }: { readonly options: Pick<PasskeyWaiting['options'], 'challenge'> },
): Promise<Outcome> {
  const held = found.data as PasskeyData
  const info = await verified(ctx.config, held, response, options.challenge)
  const owner = response.response.userHandle
  if (!info || (owner && owner !== handleOf(found.account))) return { refused: unknownKey }
  if (attempt.account && attempt.account !== found.account) return { refused: unknownKey }
  if (!(await takeCounter(ctx, found, info))) return { refused: copied }
  const bound = info.credentialDeviceType === 'singleDevice'
  const facts = { bound, verified: info.userVerified }
  return { account: found.account, credential: found.id, facts }
}

/** The account's identifier as keys keep it: its bytes, base64url. */
export const handleOf = (account: string): string =>
  Buffer.from(account.replaceAll('-', ''), 'hex').toString('base64url')

type Info = VerifiedAuthenticationResponse['authenticationInfo']

async function verified(
  config: Config,
  { id, publicKey }: PasskeyData,
  response: AuthenticationResponseJSON,
  expectedChallenge: string,
): Promise<Info | undefined> {
  const checked = await verifyAuthenticationResponse({
    response,
    expectedChallenge,
    expectedOrigin: config.origin,
    expectedRPID: rpIdOf(config),
    requireUserVerification: true,
    // The counter is held against the stored one below, where a setback leaves a mark.
    credential: { id, publicKey: Buffer.from(publicKey, 'base64url'), counter: 0 },
  }).catch(() => undefined)
  return checked?.verified ? checked.authenticationInfo : undefined
}

/**
 * Keeps the counter of a use. Section 6.1.1: one that does not grow means that somebody may hold a
 * copy; keys without a counter always say 0. False when the key must not count.
 */
async function takeCounter(ctx: Ctx, { id, account }: Credential, info: Info): Promise<boolean> {
  const { newCounter, credentialBackedUp } = info
  const data = JSON.stringify({ counter: newCounter, backedUp: credentialBackedUp })
  const taken = await sql`update identity.credential
    set used_at = ${ctx.now}, data = data || ${data}::jsonb
    where id = ${id} and ended_at is null and not coalesce((data->>'flagged')::boolean, false)
      and ((data->>'counter')::bigint < ${newCounter}
        or ((data->>'counter')::bigint = 0 and ${newCounter}::bigint = 0))`.execute(ctx.db)
  if (taken.numAffectedRows) return true
  await sql`update identity.credential set data = data || '{"flagged": true}'
    where id = ${id}`.execute(ctx.db)
  const flagged = { record: account, type: 'identity.credential-flagged' }
  await record(ctx, { ...flagged, data: { method: 'passkey' } })
  return false
}

function answerOf({ fields }: Pick<Given, 'fields'>): AuthenticationResponseJSON | undefined {
  try {
    const given = JSON.parse(fields.answer ?? '') as AuthenticationResponseJSON
    return typeof given.id === 'string' && typeof given.response === 'object' ? given : undefined
  } catch {
    return undefined
  }
}

const isPasskey = ({ method }: Credential) => method === 'passkey'

const noAnswer: Text = {
  zh: '瀏覽器沒有送出通行密鑰。這種方式需要開啟 JavaScript；也可以改用別的方式。',
  en: 'The browser sent no passkey. This way needs JavaScript; you can use another one.',
}
const tooLate: Text = {
  zh: '這一頁開太久了，通行密鑰沒有用上。請再按一次。',
  en: 'This page was open for too long, so the passkey did not count. Try once more.',
}
const unknownKey: Text = {
  zh: '這把通行密鑰不能用來登入：可能已經移除，或屬於別的帳號。請改用別的方式。',
  en: 'This passkey does not sign you in: it was removed or is another account’s. Use another way.',
}
const copied: Text = {
  zh: '這把通行密鑰可能被複製，已停止使用。請用別的方式登入，移除後再新增一把。',
  en: 'This passkey may have been copied and rests. Sign in another way and replace it.',
}
