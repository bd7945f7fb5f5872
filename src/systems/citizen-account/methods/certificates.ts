import { Type } from 'typebox'
import type { Ctx } from '../../../core/context.ts'
import { onDuplicate } from '../../../core/db.ts'
import { Refused } from '../../../core/errors.ts'
import { operation } from '../../../core/operation.ts'
import { type Account, addCredential, credentialsOf } from '../../../kernel/identity/accounts.ts'
import { makeChallenge } from '../../../kernel/identity/certificate/challenge.ts'
import {
  type Checked,
  certificateData,
  checkSigned,
  longestSignature,
} from '../../../kernel/identity/certificate/check.ts'
import { refusedCertificate } from '../../../kernel/identity/certificate/refusals.ts'
import { proveByCertificate } from '../../../kernel/identity/proofing.ts'
import { mustBeConfirmed, ownAccount, tellOwner } from './guard.ts'
import { label } from './operations.ts'

const askedBy = ({ actor }: Ctx) => ({ purpose: 'add-certificate', session: actor.id })

/** A challenge for the card that shall be added. Nothing of the city's records changes. */
export const askForCertificate = operation({
  name: 'citizen-account.ask-for-certificate',
  title: { zh: '準備新增自然人憑證', en: 'Prepare to add a certificate' },
  permission: 'account',
  input: Type.Object({}),
  run: async (ctx) => {
    ctx.recorded.count++
    await mustBeConfirmed(ctx)
    return makeChallenge(ctx, askedBy(ctx))
  },
})

/**
 * Adds a certificate by a signature of its card, and with it proves who the person is: the highest
 * level. Refuses `certificate.*`: what does not hold, one whose standing nobody can tell, one of
 * another account, and one of another person than the account was proven to be.
 */
export const addCertificate = operation({
  name: 'citizen-account.add-certificate',
  title: { zh: '新增自然人憑證', en: 'Add a certificate' },
  permission: 'account',
  input: Type.Object({
    challenge: Type.String({ maxLength: 100 }),
    signature: Type.String({ maxLength: longestSignature }),
    label,
  }),
  run: async (ctx, { challenge, signature, label }) => {
    await mustBeConfirmed(ctx)
    const account = await ownAccount(ctx)
    const checked = await checkSigned(ctx, signature, challenge, askedBy(ctx))
    if (checked.revoked) throw refusedCertificate('revoked')
    // An identity that is believed for years is not taken from a card that nobody vouches for now.
    if (!checked.fresh) throw refusedCertificate('unknown')
    await mustFit(ctx, account, checked)
    const { lookup } = checked
    const given = { method: 'certificate', data: certificateData(checked), lookup, label } as const
    await addCredential(ctx, account.id, given).catch(onDuplicate(elsewhere))
    const certified = { name: checked.subject.name, lookup, evidence: checked.evidence }
    await proveByCertificate(ctx, account, certified)
    await tellOwner(ctx, account, 'added', 'certificate')
  },
})

/** One account is one person's: a second card must be the same person's, and added once. */
async function mustFit(ctx: Ctx, account: Account, { lookup }: Checked): Promise<void> {
  const held = (await credentialsOf(ctx.db, account.id)).filter(
    ({ method }) => method === 'certificate',
  )
  if (held.some((one) => one.lookup?.equals(lookup))) throw hereAlready()
  if (held.length > 0) throw refusedCertificate('other-person')
}

const elsewhere = () => refusedCertificate('elsewhere')

const hereAlready = () =>
  new Refused('certificate.added-before', 409, {
    zh: '這張憑證已經加入過了。換發的卡片不用再加一次。',
    en: 'This certificate was added before. A renewed card need not be added again.',
  })
