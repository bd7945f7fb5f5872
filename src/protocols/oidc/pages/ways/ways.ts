import type { Text } from '../../../../core/i18n.ts'
import type { Method } from '../../../../kernel/identity/levels.ts'
import { PasskeyWay } from './passkey.tsx'
import { PasswordWay } from './password.tsx'
import { RecoveryWay } from './recovery.tsx'
import { TotpWay } from './totp.tsx'
import type { Way } from './way.ts'

/** How each method asks, on the page to sign in. One that asks nothing has its button alone. */
export const ways: Partial<Readonly<Record<Method, Way>>> = {
  password: PasswordWay,
  passkey: PasskeyWay,
  totp: TotpWay,
  recovery: RecoveryWay,
}

/** What the button of a way says where it says more than `signInWord`. */
export const buttons: Partial<Readonly<Record<Method, Text>>> = {
  passkey: { zh: '用通行密鑰登入', en: 'Use a passkey' },
  line: { zh: '用 LINE 登入', en: 'Continue with LINE' },
  google: { zh: '用 Google 登入', en: 'Continue with Google' },
  facebook: { zh: '用 Facebook 登入', en: 'Continue with Facebook' },
}

/** What the button of a way says. */
export const signInWord: Text = { zh: '登入', en: 'Sign in' }
