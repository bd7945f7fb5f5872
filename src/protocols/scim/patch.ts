import { Messages, Schemas } from 'scimmy'
import { scimRefused } from './errors.ts'
import { activeOf, type Person, userOf } from './user.ts'

// PATCH is judged by the whole schema of RFC 7643: what we do not keep may be said all the same.
Schemas.User.definition.extend(Schemas.EnterpriseUser.definition, false)

/** Far beyond what a directory sends for one person. */
const limits = { operations: 50, pathCharacters: 200 }

type Operation = { op: 'add' | 'remove' | 'replace'; path?: string; value?: unknown }

/** Somebody as a list of changes (RFC 7644, section 3.5.2) leaves them. Nothing is kept yet. */
export async function patched(
  held: Person,
  body: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const before = new Schemas.User(userOf('', held), 'out')
  const patch = new Messages.PatchOp({
    schemas: body.schemas as [typeof Messages.PatchOp.id],
    Operations: operationsOf(body.Operations),
  })
  const after = await patch.apply(before)
  return JSON.parse(JSON.stringify(after ?? before))
}

/** The operations with the spellings of directories in use made good: `Replace`, `"False"`. */
function operationsOf(given: unknown): Operation[] {
  if (!Array.isArray(given) || given.length > limits.operations) throw tooMuch()
  return given.map((one) => {
    if (typeof one !== 'object' || one === null) throw tooMuch()
    const { path, value } = one as Operation
    if (path !== undefined && !isPath(path)) throw tooMuch()
    if (value === undefined) return one as Operation
    const flag = path?.toLowerCase() === 'active'
    return { ...one, value: flag ? activeOf(value) : withBoolean(value) }
  })
}

/** Without a path the value is a part of a User, where `active` may be a word, too. */
const withBoolean = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.entries(value).map(([key, part]) => {
          if (!isPath(key)) throw tooMuch()
          return [key, key.toLowerCase() === 'active' ? activeOf(part) : part]
        }),
      )

const isPath = (path: unknown): path is string =>
  typeof path === 'string' && path.length <= limits.pathCharacters

const tooMuch = () =>
  scimRefused(
    'invalidSyntax',
    `Operations 要是清單，最多 ${limits.operations} 項，path 是簡短的文字。`,
    `Operations is a list of at most ${limits.operations}; a path is a short text.`,
  )
