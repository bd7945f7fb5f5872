import { certificate } from './methods/certificate.ts'
import { device } from './methods/device.ts'
import type { SignInMethod } from './methods/method.ts'
import { outsideMethods } from './methods/outside.ts'
import { passkey } from './methods/passkey.ts'
import { password } from './methods/password.ts'
import { recovery } from './methods/recovery.ts'
import { totp } from './methods/totp.ts'

/** Every way to sign in, in the order in which it is offered. */
export const signInMethods: readonly SignInMethod[] = [
  password,
  passkey,
  certificate,
  ...outsideMethods,
  device,
  totp,
  recovery,
]
