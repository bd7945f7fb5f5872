import { type Static, Type } from 'typebox'
import { type Platform, systemActor } from '../../../core/context.ts'
import { notFound } from '../../../core/errors.ts'
import { record } from '../../../core/event.ts'
import { operation, perform } from '../../../core/operation.ts'
import { accountByName } from '../../../kernel/identity/accounts.ts'
import { addStaff, grantRole, type newStaffInput } from '../../../kernel/identity/staff.ts'
import { newResetLink } from './reset.ts'

const operator = systemActor('operator')

const linkFor = operation({
  name: 'citizen-account.link-for-operator',
  title: { zh: '由維運人員產生設定密碼的連結', en: 'A link to set a password, by the operator' },
  permission: 'identity.administer',
  input: Type.Object({ login: Type.String({ maxLength: 200 }) }),
  run: async (ctx, { login }) => {
    const account = await accountByName(ctx.db, login)
    if (!account) throw notFound({ zh: `帳號 ${login}`, en: `the account ${login}` })
    await record(ctx, { record: account.id, type: 'identity.reset-asked' })
    return newResetLink(ctx, account.id)
  },
})

/** Who runs the installation makes its first people: with a role, and a link for the password. */
export async function inviteStaff(
  platform: Platform,
  person: Static<typeof newStaffInput>,
  role: string,
): Promise<string> {
  const { id } = await perform(platform, addStaff, operator, person)
  await perform(platform, grantRole, operator, { id, role, agency: person.agency })
  return linkTo(platform, person.login)
}

/** The address at which someone sets a new password within half an hour, once. */
export const linkTo = async (platform: Platform, login: string): Promise<string> =>
  platform.config.origin + (await perform(platform, linkFor, operator, { login }))
