import type { Text } from '../../../../core/i18n.ts'
import { type Method, methodNames } from '../../../../kernel/identity/levels.ts'
import { outsideProviders } from '../../../../kernel/identity/outside/providers.ts'
import { CertificateWay } from './certificate.tsx'
import { DeviceWay, deviceWaiting } from './device.tsx'
import { PasskeyWay } from './passkey.tsx'
import { PasswordWay } from './password.tsx'
import { RecoveryWay } from './recovery.tsx'
import { TotpWay } from './totp.tsx'
import type { Proving, Way } from './way.ts'

/** How each method asks, on the page to sign in. One that asks nothing has its button alone. */
export const ways: Partial<Readonly<Record<Method, Way>>> = {
  password: PasswordWay,
  passkey: PasskeyWay,
  certificate: CertificateWay,
  device: DeviceWay,
  totp: TotpWay,
  recovery: RecoveryWay,
}

/** Whether a method is an account of a provider. */
export const isOutside = (method: Method): boolean =>
  outsideProviders.some((one) => one.method === method)

/** What the button of a way says. */
export function buttonOf(method: Method, here: Proving): Text {
  if (method === 'passkey') return { zh: '用通行密鑰登入', en: 'Use a passkey' }
  if (isOutside(method)) {
    const { zh, en } = methodNames[method]
    return { zh: `用 ${zh} 登入`, en: `Continue with ${en}` }
  }
  if (method === 'certificate') return { zh: '用自然人憑證登入', en: 'Use your certificate' }
  if (method !== 'device') return { zh: '登入', en: 'Sign in' }
  return deviceWaiting(here)
    ? { zh: '我在手機上選好了', en: 'I chose it on my phone' }
    : { zh: '傳送到我的手機', en: 'Send to my phone' }
}
