import { digest, generateSalt } from '@sd-jwt/crypto-nodejs'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import type { JWK } from 'jose'
import type { Ctx } from '../../../core/context.ts'
import type { Account } from '../../../kernel/identity/accounts.ts'
import { signingKey } from '../card/keys.ts'
import { listUri, type Place } from '../card/status.ts'

/** The type of the credential (`vct`), an address where it is described. */
export const credentialType = (origin: string): string => `${origin}/card/type`

/** What a holder may show or keep back, each by itself. */
export const claimNames = ['name', 'identity_level'] as const

type Given = {
  readonly account: Account
  readonly key: JWK
  readonly place: Place
  readonly expiresAt: Date
}

/**
 * The card as an SD-JWT VC (`dc+sd-jwt`): bound to the wallet's key, with its place in the city's
 * status list, and no claim but what the holder chooses to show. Times are those of a day, so that
 * the hour of issuance links nothing.
 */
export async function signCredential(ctx: Ctx, given: Given): Promise<string> {
  const { account, key, place, expiresAt } = given
  const { kid, key: signing } = await signingKey(ctx)
  const { origin } = ctx.config
  const instance = new SDJwtVcInstance({
    signer: (text) => es256(signing, text),
    signAlg: 'ES256',
    hasher: digest,
    hashAlg: 'sha-256',
    saltGenerator: generateSalt,
  })
  const payload = {
    iss: origin,
    iat: dayOf(ctx.now),
    exp: dayOf(expiresAt),
    vct: credentialType(origin),
    cnf: { jwk: publicPart(key) },
    status: { status_list: { idx: place.index, uri: listUri(origin, place.list) } },
    name: account.name,
    identity_level: account.identity_level,
  }
  return instance.issue(payload, { _sd: [...claimNames] }, { header: { kid } })
}

const es256 = async (key: CryptoKey, text: string): Promise<string> => {
  const manner = { name: 'ECDSA', hash: 'SHA-256' }
  return Buffer.from(await crypto.subtle.sign(manner, key, Buffer.from(text))).toString('base64url')
}

/** Seconds since 1970 of the day's beginning, UTC. */
const dayOf = (at: Date): number => Math.floor(+at / 86_400_000) * 86_400

const publicPart = ({ kty, crv, x, y }: JWK) => ({ kty, crv, x, y })
