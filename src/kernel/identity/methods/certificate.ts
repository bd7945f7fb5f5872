import type { Ctx } from '../../../core/context.ts'
import type { Text } from '../../../core/i18n.ts'
import { accountById, credentialBy } from '../accounts.ts'
import type { Attempt } from '../attempts.ts'
import { type Challenge, makeChallenge } from '../certificate/challenge.ts'
import {
  type Checked,
  certificateData,
  checkSigned,
  noteUse,
  sentenceOf,
} from '../certificate/check.ts'
import { refusedCertificate } from '../certificate/refusals.ts'
import { trustOf } from '../certificate/trust.ts'
import { isProvenBy, proveByCertificate } from '../proofing.ts'
import { type Given, type Outcome, signInMethod } from './method.ts'

/*
 * The Citizen Digital Certificate: the card signs a challenge that counts once, within five minutes
 * and for this attempt alone. Whoever nobody knows yet can open an account with it.
 */

const askedBy = ({ id }: Attempt) => ({ purpose: 'sign-in', session: id })

/** A signature by the card. */
export const certificate = signInMethod({
  method: 'certificate',
  second: false,
  offered: (ctx) => trustOf(ctx) !== null,
  prepare: (ctx, attempt): Promise<Challenge> => makeChallenge(ctx, askedBy(attempt)),
  prove: async (ctx, attempt, given) => {
    const checked = await checkedOf(ctx, attempt, given)
    return 'refused' in checked ? checked : found(ctx, attempt, checked)
  },
})

async function checkedOf(ctx: Ctx, attempt: Attempt, given: Given) {
  const waiting = attempt.waiting.certificate as Challenge | undefined
  const { signature = '', file = '' } = given.fields
  const text = signature.trim() || file
  if (text === '') return refused(nothing)
  try {
    return await checkSigned(ctx, text, waiting?.id ?? '', askedBy(attempt))
  } catch (error) {
    return refused(sentenceOf(error))
  }
}

async function found(ctx: Ctx, attempt: Attempt, checked: Checked): Promise<Outcome> {
  const { lookup, fresh, evidence, subject } = checked
  const held = await credentialBy(ctx.db, 'certificate', lookup)
  if (checked.revoked)
    return {
      ...refused(refusedCertificate('revoked').text),
      ...(held && { account: held.account }),
    }
  const facts = { fresh, evidence }
  if (held) {
    await noteUse(ctx, held.id, checked)
    await proveOwner(ctx, held.account, checked)
    return { account: held.account, credential: held.id, facts }
  }
  if (attempt.account) return refused(notOfAccount)
  // A new account would be believed for years: it is not opened on a card nobody vouches for now.
  if (!fresh) return refused(refusedCertificate('unknown').text)
  return {
    newcomer: {
      method: 'certificate',
      lookup: lookup.toString('base64url'),
      name: subject.name,
      email: null,
      data: certificateData(checked),
      facts,
    },
  }
}

/** A card that signs proves its holder's identity, where it did not before and the names fit. */
async function proveOwner(ctx: Ctx, id: string, checked: Checked): Promise<void> {
  const { lookup, fresh, evidence, subject } = checked
  if (!fresh || (await isProvenBy(ctx.db, id, lookup))) return
  const owner = await accountById(ctx.db, id)
  if (!owner) return
  await proveByCertificate(ctx, owner, { name: subject.name, lookup, evidence }).catch(sentenceOf)
}

const refused = (text: Text) => ({ refused: text, field: 'signature' })

const nothing: Text = {
  zh: '還沒有簽章。請按「用卡片簽章」，或貼上用其他程式做好的簽章。',
  en: 'There is no signature yet. Sign with the card, or paste a signature made otherwise.',
}
const notOfAccount: Text = {
  zh: '這張憑證還沒有加入您的帳號。請先用別的方式登入，在「登入方式」裡新增。',
  en: 'This certificate is not in your account yet. Sign in another way and add it there first.',
}
