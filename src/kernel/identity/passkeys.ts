import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Config } from '../../core/config.ts'
import type { Credential, NewCredential } from './accounts.ts'
import { handleOf, type PasskeyData, passkeyLookup, rpIdOf } from './methods/passkey.ts'

/** Whose key is made: the identifier and what the device shows of them. */
type Owner = { readonly id: string; readonly name: string; readonly display: string }

/** What the browser is asked for to make a key: found without a name, its user checked. */
export const passkeyOptions = (
  config: Config,
  site: string,
  { id, name, display }: Owner,
  held: readonly Credential[],
): Promise<PublicKeyCredentialCreationOptionsJSON> =>
  generateRegistrationOptions({
    rpID: rpIdOf(config),
    rpName: site,
    userID: new Uint8Array(Buffer.from(handleOf(id), 'base64url')),
    userName: name,
    userDisplayName: display,
    timeout: 10 * 60_000,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: held
      .filter(({ method }) => method === 'passkey')
      .map(({ data }) => ({ id: (data as PasskeyData).id })),
  })

/** The credential of a key that was just made; undefined when the answer does not hold. */
export async function newPasskey(
  config: Config,
  answer: string,
  challenge: string,
): Promise<(NewCredential & { readonly lookup: Buffer }) | undefined> {
  const checked = await Promise.resolve()
    .then(() =>
      verifyRegistrationResponse({
        response: JSON.parse(answer) as RegistrationResponseJSON,
        expectedChallenge: challenge,
        expectedOrigin: config.origin,
        expectedRPID: rpIdOf(config),
        requireUserVerification: true,
      }),
    )
    .catch(() => undefined)
  if (!checked?.verified) return undefined
  const { credential, credentialDeviceType, credentialBackedUp, aaguid } = checked.registrationInfo
  const data: PasskeyData = {
    id: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: credential.transports ?? [],
    deviceType: credentialDeviceType,
    backedUp: credentialBackedUp,
    aaguid,
  }
  return { method: 'passkey', data, lookup: passkeyLookup(config, credential.id) }
}
