import { decodeProtectedHeader, type JWK } from 'jose'
import { errors, type OpenID4VCIEnabledConfiguration } from 'oidc-provider'
import { type Platform, systemActor } from '../../core/context.ts'
import { Refused } from '../../core/errors.ts'
import { perform } from '../../core/operation.ts'
import { credentialType } from '../../systems/citizen-account/wallet/credential.ts'
import { issueToWallet } from '../../systems/citizen-account/wallet/wallet.ts'
import { derivedSecret, issuerOf } from '../oidc/clients.ts'
import { cardConfiguration } from './wallet-client.ts'

/** The credential issuer as the resource of its access tokens (RFC 8707): only for the card. */
export const walletResource = (platform: Platform, indicator: string) =>
  indicator === issuerOf(platform.config)
    ? ({
        scope: cardConfiguration,
        audience: indicator,
        accessTokenFormat: 'opaque',
        accessTokenTTL: 300,
      } as const)
    : undefined

const mostKeys = 5

const shown = (zh: string, en: string) => [
  { name: zh, locale: 'zh-TW' },
  { name: en, locale: 'en' },
]

/** What the provider's part for OpenID for Verifiable Credential Issuance 1.0 is told. */
export const credentialIssuance = (platform: Platform): OpenID4VCIEnabledConfiguration => ({
  enabled: true,
  ack: 'experimental-01',
  nonceSecret: Buffer.from(derivedSecret(platform.config, 'c_nonce'), 'base64url'),
  preAuthorizedCodeGrant: true,
  credentialEndpointExpectedAudience: () => issuerOf(platform.config),
  metadata: {
    batch_credential_issuance: { batch_size: mostKeys },
  },
  credentialConfigurationsSupported: {
    [cardConfiguration]: {
      format: 'dc+sd-jwt',
      vct: credentialType(platform.config.origin),
      scope: cardConfiguration,
      cryptographic_binding_methods_supported: ['jwk'],
      credential_signing_alg_values_supported: ['ES256'],
      proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256'] } },
      credential_metadata: {
        display: shown('市民卡', 'City card'),
        claims: [
          { path: ['name'], display: shown('姓名', 'Name') },
          { path: ['identity_level'], display: shown('身分查驗等級', 'Identity level') },
        ],
      },
    },
  },
  issueCredential: async (_ctx, { account, proofs }) => {
    const keys = (proofs?.jwt ?? []).map((jwt) => decodeProtectedHeader(jwt).jwk as JWK)
    const given = { account: account.accountId, keys }
    const made = await perform(platform, issueToWallet, systemActor('wallet'), given).catch(
      (error: unknown) => {
        if (error instanceof Refused) throw new errors.CredentialRequestDenied(error.text.en)
        throw error
      },
    )
    return { credentials: made.map((credential) => ({ credential })) }
  },
})
