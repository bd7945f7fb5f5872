import { Type } from 'typebox'
import type { Ctx } from '../../../core/context.ts'
import { invalid, Refused } from '../../../core/errors.ts'
import { operation } from '../../../core/operation.ts'
import { type Account, accountByName } from '../../../kernel/identity/accounts.ts'
import { type Attempt, readAttempt, saveAttempt } from '../../../kernel/identity/attempts.ts'
import {
  type EmailWaiting,
  emailCodeFits,
  maySendCode,
  newEmailCode,
  tooManyCodes,
  wrongEmailCode,
} from '../../../kernel/identity/email-code.ts'
import { networkOf } from '../../../kernel/identity/methods/password-tries.ts'
import {
  enter,
  oneAtATime,
  openAccount,
  personEmail,
  personName,
} from '../../../kernel/identity/register.ts'
import { takePassword } from '../../../kernel/identity/set-password.ts'
import { notify } from '../../../kernel/messages/messages.ts'
import { newPassword } from '../methods/password.ts'
import { codeLetter, knownLetter } from './letters.ts'

/*
 * A new account by e-mail and password, for anyone: the address first, the code that went there,
 * then a name and a password. Whether an address has an account is told to its owner alone.
 */

const permission = 'identity.sign-in'
const attempt = Type.String({ maxLength: 100 })

/** What the attempt keeps while someone registers. */
export const registering = ({ waiting }: Attempt): EmailWaiting | undefined =>
  waiting.registering as EmailWaiting | undefined

/** Sends a code to an address; a letter without one where it has an account already. */
export const sendRegisterCode = operation({
  name: 'citizen-account.send-register-code',
  title: { zh: '寄出註冊驗證碼', en: 'Send the code to register' },
  permission,
  input: Type.Object({ attempt, email: personEmail, address: Type.String({ maxLength: 100 }) }),
  run: async (ctx, { attempt: id, email, address }) => {
    const kept = await readAttempt(ctx.db, id, ctx.now)
    if (!(await maySendCode(ctx, email, networkOf(address)))) throw tooMany()
    const { code, waiting } = newEmailCode(ctx.config, id, email, ctx.now)
    const known = await hasAccount(ctx, email)
    const next = { ...kept, waiting: { ...kept.waiting, registering: waiting } }
    await saveAttempt(ctx.db, next, ctx.now)
    const letter = known ? knownLetter : codeLetter(code)
    const to = { channel: 'email', address: email, locale: ctx.locale } as const
    await notify(ctx, to, letter, { record: nobody, link: '/sign-in' })
  },
})

const nobody = '00000000-0000-7000-8000-000000000000'

const hasAccount = async (ctx: Ctx, email: string): Promise<boolean> =>
  (await accountByName(ctx.db, email)) !== undefined

const tooMany = () => new Refused('register.too-many', 429, tooManyCodes)

/** Takes the code. False when it does not fit; the count of failures is kept. */
export const takeRegisterCode = operation({
  name: 'citizen-account.take-register-code',
  title: { zh: '確認註冊驗證碼', en: 'Take the code to register' },
  permission,
  input: Type.Object({ attempt, code: Type.String({ maxLength: 40 }) }),
  run: async (ctx, { attempt: id, code }): Promise<boolean> => {
    ctx.recorded.count++
    const kept = await readAttempt(ctx.db, id, ctx.now)
    const held = registering(kept)
    if (!held) throw nothingWaits()
    const fits = await emailCodeFits(ctx, id, held, code)
    const waiting = { ...kept.waiting, registering: { ...held, proven: true } }
    if (fits) await saveAttempt(ctx.db, { ...kept, waiting }, ctx.now)
    return fits
  },
})

/** The questions after the address was proven. */
export const plainQuestions = Type.Object({ name: personName, password: newPassword })

/** Opens the account; the sign-in goes on with its password. Refuses what the policy refuses. */
export const registerPlain = operation({
  name: 'citizen-account.register',
  title: { zh: '以電子郵件建立帳號', en: 'Create an account by e-mail' },
  permission,
  input: Type.Object({
    attempt,
    device: Type.String({ maxLength: 100 }),
    answers: plainQuestions,
  }),
  run: async (ctx, { attempt: id, device, answers }): Promise<Account> => {
    const kept = await readAttempt(ctx.db, id, ctx.now)
    const held = registering(kept)
    if (!held?.proven || kept.account) throw nothingWaits()
    const { email } = held
    await oneAtATime(ctx, `email:${email.toLowerCase()}`)
    if (await hasAccount(ctx, email)) throw invalid({ name: taken })
    const given = { name: answers.name, email, proven: true } as const
    const account = await openAccount(ctx, given)
    const credential = await takePassword(ctx, account, answers.password, 'chosen')
    await enter(ctx, kept, account, device, { method: 'password', credential, facts: {} })
    return account
  },
})

const taken = {
  zh: '這個電子郵件剛剛有了帳號。請回到登入頁登入。',
  en: 'This address has just got an account. Go back and sign in.',
}

const nothingWaits = () =>
  new Refused('register.expired', 400, {
    zh: '這次註冊已經過期或已經完成。請重新登入。',
    en: 'This registration has expired or is done. Please sign in again.',
  })

/** What stands beside a code that does not fit. */
export const codeErrors = { code: wrongEmailCode }
