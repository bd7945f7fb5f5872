import { canonical, sha256 } from '../../core/canonical.ts'
import { invalid } from '../../core/errors.ts'
import type { Directory } from '../../kernel/identity/directory.ts'
import type { StaffMember } from '../../kernel/identity/staff.ts'
import { scimRefused } from './errors.ts'

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const enterpriseSchema = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** A member of staff as SCIM's User (RFC 7643, section 4.1): what is kept, and nothing more. */
export type ScimUser = {
  readonly schemas: readonly string[]
  readonly id: string
  readonly externalId?: string
  readonly userName: string
  readonly name: { readonly formatted: string }
  readonly displayName: string
  readonly active: boolean
  readonly emails: readonly Email[]
  readonly [enterpriseSchema]: { readonly department: string }
  readonly meta: {
    readonly resourceType: 'User'
    readonly lastModified: string
    readonly location: string
    readonly version: string
  }
}

type Email = { readonly value: string; readonly type: string; readonly primary: boolean }

export type Person = Omit<StaffMember, 'roles'>

/** A member of staff as a resource beneath `base`. Its version is a digest of what it shows. */
export function userOf(base: string, one: Person): ScimUser {
  const shown = {
    schemas: [userSchema, enterpriseSchema],
    id: one.id,
    ...(one.external_id !== null && { externalId: one.external_id }),
    userName: one.login,
    name: { formatted: one.name },
    displayName: one.name,
    active: one.active,
    emails: one.email === null ? [] : [{ value: one.email, type: 'work', primary: true }],
    [enterpriseSchema]: { department: one.agency },
  } as const
  return {
    ...shown,
    meta: {
      resourceType: 'User',
      lastModified: one.changed_at.toISOString(),
      location: `${base}/Users/${one.id}`,
      version: `W/"${sha256(canonical(shown)).toString('base64url').slice(0, 22)}"`,
    },
  }
}

/** What a directory wants of somebody, in the words of our own operations. */
export type Wanted = {
  readonly login: string
  readonly name: string
  readonly email: string
  readonly agency: string
  readonly externalId: string | null
  readonly active: boolean
}

type Given = Readonly<Record<string, unknown>>

/**
 * Reads a User that was sent; `held` is who it changes. Of the many attributes that SCIM names, the
 * others are left aside, as RFC 7644, section 3.3, allows; roles and groups among them. Refuses
 * `invalidValue` for what is missing and `mutability` for another login.
 */
export function wantedOf(given: Given, tree: Directory, held?: Person): Wanted {
  const login = textOf(lookup(given, 'userName')).toLowerCase()
  if (held && login !== held.login)
    throw scimRefused('mutability', 'userName 不能改。', 'A userName cannot be changed.')
  const externalId = textOf(lookup(given, 'externalId'))
  return {
    login,
    name: nameOf(given, held),
    email: emailOf(lookup(given, 'emails')),
    agency: agencyOf(objectOf(lookup(given, enterpriseSchema)), tree),
    externalId: externalId === '' ? null : externalId,
    active: activeOf(lookup(given, 'active')) ?? held?.active ?? true,
  }
}

/** The value of an attribute, whose name minds no case (RFC 7643, section 2.1). */
const lookup = (given: Given, name: string): unknown =>
  Object.entries(given).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value.toWellFormed().replaceAll('\u0000', '').trim() : ''

const objectOf = (value: unknown): Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Given) : {}

/**
 * One name is kept, and several attributes say it: of those that were sent, the first that differs
 * from what is held is the change.
 */
function nameOf(given: Given, held?: Person): string {
  const name = objectOf(lookup(given, 'name'))
  const family = textOf(lookup(name, 'familyName'))
  const own = textOf(lookup(name, 'givenName'))
  const chinese = /\p{Script=Han}/u.test(family + own)
  const said = [
    textOf(lookup(given, 'displayName')),
    textOf(lookup(name, 'formatted')),
    (chinese ? [family, own] : [own, family]).filter(Boolean).join(chinese ? '' : ' '),
  ].filter(Boolean)
  return said.find((one) => one !== held?.name) ?? held?.name ?? said[0] ?? ''
}

/** The address at work, else the primary one, else the first. */
function emailOf(emails: unknown): string {
  const all = (Array.isArray(emails) ? emails : [emails]).map(objectOf)
  const work = all.find((one) => textOf(lookup(one, 'type')).toLowerCase() === 'work')
  const primary = all.find((one) => lookup(one, 'primary') === true)
  return textOf(lookup(work ?? primary ?? all[0] ?? {}, 'value'))
}

/** An agency by its identifier or its name in either language. */
function agencyOf(enterprise: Given, tree: Directory): string {
  const said = textOf(lookup(enterprise, 'department'))
  const found =
    tree.get(said) ??
    tree.all.find(({ name }) => name.zh === said || name.en.toLowerCase() === said.toLowerCase())
  if (found && !found.external) return found.id
  throw invalid({
    department: {
      zh: '請寫市府機關的代碼或名稱。',
      en: 'Write the identifier or the name of an agency of the city.',
    },
  })
}

/** Whether somebody is active; undefined where it is not said. Some directories write the word. */
export function activeOf(value: unknown): boolean | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'boolean') return value
  const said = textOf(value).toLowerCase()
  if (said === 'true' || said === 'false') return said === 'true'
  throw scimRefused('invalidValue', 'active 要是 true 或 false。', 'active is true or false.')
}
