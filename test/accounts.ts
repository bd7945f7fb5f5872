import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Secret, TOTP } from 'otpauth'
import { Type } from 'typebox'
import { type Actor, type Platform, systemActor } from '../src/core/context.ts'
import { row } from '../src/core/db.ts'
import { record } from '../src/core/event.ts'
import { operation, perform } from '../src/core/operation.ts'
import { addCredential } from '../src/kernel/identity/accounts.ts'
import { newTotpSecret, totpData } from '../src/kernel/identity/methods/totp.ts'
import { hashPassword } from '../src/kernel/identity/password.ts'

const enrol = operation({
  name: 'test.enrol-citizen',
  title: { zh: '測試帳號', en: 'A test account' },
  permission: 'test',
  input: Type.Object({ email: Type.String(), password: Type.String() }),
  run: async (ctx, { email, password }) => {
    const id = randomUUID()
    await sql`insert into identity.account
        (id, kind, name, email, email_verified_at, created_at)
      values (${id}, 'citizen', '王小明', ${email}, ${ctx.now}, ${ctx.now})`.execute(ctx.db)
    await record(ctx, { record: id, type: 'identity.account-opened' })
    const data = { hash: await hashPassword(password) }
    const credential = await addCredential(ctx, id, { method: 'password', data })
    return { id, credential }
  },
})

/** A citizen's account with a proven e-mail address and a password. */
export const citizenOf = (platform: Platform, email: string, password: string) =>
  perform(platform, enrol, systemActor('test'), { email, password })

/** Who signs in to it: confirmed at a level just now, unless told otherwise. */
export const asCitizen = (id: string, level = 1, confirmedAt: Date | null = new Date()): Actor => ({
  ...{ kind: 'citizen', id, name: '王小明', agency: null, grants: [], secrets: [] },
  ...{ level, confirmedAt },
})

const enrolTotp = operation({
  name: 'test.enrol-totp',
  title: { zh: '測試動態密碼', en: 'A test authenticator' },
  permission: 'test',
  input: Type.Object({ login: Type.String() }),
  run: async (ctx, { login }) => {
    const secret = newTotpSecret()
    const found = await row(
      ctx.db,
      sql<{ id: string }>`select id::text from identity.account where login = ${login}`,
    )
    const data = totpData(ctx.config, secret, 0)
    await addCredential(ctx, found!.id, { method: 'totp', data })
    return secret
  },
})

/** Gives a member of staff an authenticator app; what it shows now. */
export async function authenticatorOf(platform: Platform, login: string): Promise<() => string> {
  const secret = await perform(platform, enrolTotp, systemActor('test'), { login })
  return () => new TOTP({ secret: Secret.fromBase32(secret) }).generate()
}
