import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { operation } from '../../core/operation.ts'
import { type Account, accountById, addCredential, credentialBy } from './accounts.ts'
import { type Attempt, readAttempt, saveAttempt } from './attempts.ts'
import { rememberDevice } from './devices.ts'
import type { Method, ProofFacts } from './levels.ts'
import type { Newcomer } from './methods/method.ts'
import { proveByCertificate } from './proofing.ts'

const nameWords: object = {
  title: { zh: '名字', en: 'Name' },
  widget: 'text',
  autocomplete: 'name',
  problem: { zh: '請填寫名字，例如「王小明」。', en: 'Enter your name.' },
}

/** What people are called; their own choice, unless a certificate says it. */
export const personName = Type.String({ pattern: '\\S', maxLength: 100, ...nameWords })

const emailWords: object = {
  title: { zh: '電子郵件', en: 'E-mail' },
  widget: 'email',
  autocomplete: 'email',
  problem: {
    zh: '電子郵件的格式不對，例如 name@example.com。',
    en: 'Enter an e-mail address such as name@example.com.',
  },
}

/** An address for letters. */
export const personEmail = Type.String({ format: 'email', maxLength: 200, ...emailWords })

/** The questions to a newcomer: a name, and an address that a code can prove later. */
export const newcomerQuestions = Type.Object({
  name: personName,
  email: Type.Optional(personEmail),
})

/** Whether it was read from a certificate, and so is not for its owner to change. */
export const isChecked = ({ method }: Newcomer): boolean => method === 'certificate'

/**
 * Opens an account for a newcomer of this attempt, with the credential that made them known; the
 * sign-in goes on with it. Nothing is linked by an e-mail address. Refuses 400 when nobody new is
 * there, 409 when someone registered it meanwhile.
 */
export const register = operation({
  name: 'identity.register',
  title: { zh: '建立帳號', en: 'Create an account' },
  permission: 'identity.sign-in',
  input: Type.Object({
    attempt: Type.String({ maxLength: 100 }),
    device: Type.String({ maxLength: 100 }),
    answers: newcomerQuestions,
  }),
  run: async (ctx, { attempt: id, device, answers }): Promise<Account> => {
    const attempt = await readAttempt(ctx.db, id, ctx.now)
    const newcomer = attempt.waiting.newcomer as Newcomer | undefined
    if (!newcomer || attempt.account) throw nobodyNew()
    const { method, lookup: known, data, facts, name } = newcomer
    const lookup = Buffer.from(known, 'base64url')
    await oneAtATime(ctx, known)
    if (await credentialBy(ctx.db, method, lookup)) throw alreadyKnown()
    const account = await openAccount(ctx, {
      name: isChecked(newcomer) ? newcomer.name : answers.name,
      email: answers.email ?? null,
      proven: false,
    })
    const credential = await addCredential(ctx, account.id, {
      method,
      lookup,
      data,
      label: name.slice(0, 40),
    })
    await provenBy(ctx, account, newcomer)
    await enter(ctx, attempt, account, device, { method, credential, facts })
    return account
  },
})

/** A certificate by which someone comes proves who they are, too, where its standing is known. */
export async function provenBy(ctx: Ctx, account: Account, newcomer: Newcomer): Promise<void> {
  const { name, lookup, facts } = newcomer
  if (!isChecked(newcomer) || !facts.evidence) return
  const known = Buffer.from(lookup, 'base64url')
  await proveByCertificate(ctx, account, { name, lookup: known, evidence: facts.evidence })
}

/** Holds back another who registers the same at this moment, until this one is done. */
export const oneAtATime = (ctx: Ctx, what: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${what}, 0))`.execute(ctx.db)

/** What a new account of a citizen is made of. */
export type NewAccount = {
  readonly name: string
  readonly email: string | null
  /** A code was sent to the address and came back. */
  readonly proven: boolean
}

/** Writes a new account of a citizen, with its event: nothing personal stands in the chain. */
export async function openAccount(ctx: Ctx, given: NewAccount): Promise<Account> {
  const id = randomUUID()
  const { name, email, proven } = given
  await sql`insert into identity.account
      (id, kind, name, email, email_verified_at, locale, created_at)
    values (${id}, 'citizen', ${name.normalize('NFC').trim()}, ${email},
      ${proven ? ctx.now : null}, ${ctx.locale}, ${ctx.now})`.execute(ctx.db)
  await record(ctx, { record: id, type: 'identity.account-opened', personal: { name, email } })
  return (await accountById(ctx.db, id))!
}

/** Lets the attempt go on as the new account, proven by what it was opened with. */
export async function enter(
  ctx: Ctx,
  attempt: Attempt,
  { id }: Account,
  device: string,
  proof: { readonly method: Method; readonly credential: string; readonly facts: ProofFacts },
): Promise<void> {
  const { newcomer: _, registering: _r, ...waiting } = attempt.waiting
  const proofs = [...attempt.proofs, { ...proof, at: ctx.now }]
  await saveAttempt(ctx.db, { ...attempt, account: id, proofs, waiting }, ctx.now)
  await sql`update identity.credential set used_at = ${ctx.now}
    where id = ${proof.credential}`.execute(ctx.db)
  await rememberDevice(ctx, id, device)
}

/** What a newcomer answers. */
export type NewcomerAnswers = Static<typeof newcomerQuestions>

const nobodyNew = () =>
  new Refused('register.expired', 400, {
    zh: '這次註冊已經過期或已經完成。請重新登入。',
    en: 'This registration has expired or is done. Please sign in again.',
  })

const alreadyKnown = () =>
  new Refused('register.known', 409, {
    zh: '這個登入方式已經有帳號了。請回到登入頁，再用它登入一次。',
    en: 'This way to sign in has an account already. Go back and sign in with it.',
  })
