import type { Method } from '../../../../kernel/identity/levels.ts'
import { PasswordWay } from './password.tsx'
import { TotpWay } from './totp.tsx'
import type { Way } from './way.ts'

/** How each method asks, on the page to sign in. One that asks nothing has its button alone. */
export const ways: Partial<Readonly<Record<Method, Way>>> = {
  password: PasswordWay,
  totp: TotpWay,
}
