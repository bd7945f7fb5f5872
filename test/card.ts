import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { type Platform, systemActor } from '../src/core/context.ts'
import { transact } from '../src/core/db.ts'
import { operation, perform } from '../src/core/operation.ts'
import { addCredential } from '../src/kernel/identity/accounts.ts'
import type { Challenge } from '../src/kernel/identity/certificate/challenge.ts'
import type { Outcome } from '../src/kernel/identity/methods/method.ts'
import { prepare, prove } from '../src/kernel/identity/prove.ts'
import { freePort } from './browser.ts'
import { type Issued, openAuthority, serveAnswers, sign } from './ca.ts'

/** An authority with living answers, and the settings of a city that trusts it. */
export type CertificateCity = Awaited<ReturnType<typeof certificateCity>>

/** Makes an authority, serves its answers and pins its root in a file. */
export async function certificateCity() {
  const port = await freePort()
  const authority = await openAuthority(`http://127.0.0.1:${port}`)
  const answers = await serveAnswers(authority, { port })
  const roots = join(authority.folder, 'pinned.pem')
  writeFileSync(roots, (await authority.pem('root.pem')) + (await authority.pem('issuing.pem')))
  return {
    authority,
    answers,
    settings: { CERTIFICATE_ROOTS: roots, CERTIFICATE_ANSWERS: answers.url },
    sign: (text: string, card: Issued) => sign(authority, text, [card]),
    /** Forgets what was answered before, so that the authority is asked anew. */
    forget: (platform: Platform) =>
      transact(platform.database.app, everything, async (db) => {
        await sql`delete from identity.certificate_answer`.execute(db)
        await sql`delete from identity.certificate_list`.execute(db)
      }),
    close: async () => {
      await answers.close()
      authority.close()
    },
  }
}

const everything = { scope: 'city', person: '', agencies: [], secrets: [] } as const
const door = systemActor('test')

const bindOne = operation({
  name: 'test.bind-certificate',
  title: { zh: '測試憑證', en: 'A test certificate' },
  permission: 'test',
  input: Type.Object({ account: Type.String(), lookup: Type.String() }),
  run: (ctx, { account, lookup }) =>
    addCredential(ctx, account, {
      method: 'certificate',
      data: {},
      lookup: Buffer.from(lookup, 'base64url'),
    }),
})

/** As if two officers had seen a document: the account's name counts as checked. */
export const checkedAtCounter = (platform: Platform, account: string) =>
  transact(platform.database.app, everything, (db) =>
    sql`update identity.account set identity_level = 2 where id = ${account}`.execute(db),
  )

/** What a form of a signature holds: base64 of its DER. */
export const fields = (der: Buffer) => ({ signature: der.toString('base64') })

const written = {
  plain: (der: Buffer) => fields(der),
  spaced: (der: Buffer) => ({
    signature: `\r\n  ${der.toString('base64').replace(/.{60}/g, '$& \r\n')}\n`,
  }),
  pem: (der: Buffer) => ({
    signature: `-----BEGIN PKCS7-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}
-----END PKCS7-----\n`,
  }),
  file: (der: Buffer) => ({ signature: '', file: der.toString('base64') }),
}

/** People with cards before the sign-in of a city. */
export function cardIn(platform: Platform, ca: CertificateCity) {
  const given = (fields: Record<string, string>) => ({ fields, device: 'd', address: '127.0.0.1' })
  const challenge = async (attempt: string, account: string | null = null): Promise<string> => {
    const asked = { attempt, account, methods: ['certificate'], given: given({}) }
    const waiting = await perform(platform, prepare, door, asked)
    return (waiting.certificate as Challenge).text
  }
  const answer = (attempt: string, values: Record<string, string>, account: string | null = null) =>
    perform(platform, prove, door, {
      ...{ attempt, account, method: 'certificate', given: given(values) },
    })
  type Manner = { way?: keyof typeof written; account?: string }
  const signIn = async (
    card: Issued,
    { way = 'plain', account }: Manner = {},
  ): Promise<Outcome> => {
    const attempt = randomUUID()
    const der = await ca.sign(await challenge(attempt, account), card)
    return answer(attempt, written[way](der), account)
  }
  return {
    challenge,
    prove: answer,
    sign: ca.sign,
    signIn,
    /** Gives an account the credential that a sign-in by the card looks for. */
    bind: async (account: string, card: Issued): Promise<string> => {
      const outcome = await signIn(card)
      if (!('newcomer' in outcome)) throw new Error('the card is known already')
      const { lookup } = outcome.newcomer
      return perform(platform, bindOne, door, { account, lookup })
    },
  }
}
