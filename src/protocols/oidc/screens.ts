import type { Configuration, KoaContextWithOIDC } from 'oidc-provider'

type Features = NonNullable<Configuration['features']>

/** What the provider shows people, drawn by our own pages. */
export type Screens = {
  /** Where someone signs in for an interaction, in the language that was asked for. */
  readonly signInPath: (ctx: KoaContextWithOIDC, uid: string) => string
  readonly device: Omit<NonNullable<Features['deviceFlow']>, 'enabled'>
  readonly logout: Omit<NonNullable<Features['rpInitiatedLogout']>, 'enabled'>
  readonly error: NonNullable<Configuration['renderError']>
}
